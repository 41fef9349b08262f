// The map's own fonts, as its style wants them.
import type { StyleSpecification } from "maplibre-gl";
import { Problem } from "../api/http";

export async function loadFonts(): Promise<StyleSpecification["font-faces"]> {
  const answer = await fetch(__FONT_FACES__);
  if (!answer.ok) throw new Problem(answer.status, "font list");
  return (await answer.json()) as StyleSpecification["font-faces"];
}
