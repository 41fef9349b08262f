import type { StyleSpecification } from "maplibre-gl";

export const PALETTES: Record<"wall" | "day", { name: string; heat: string[]; states: string[] }>;
export function styleDocument(name: "wall" | "day"): StyleSpecification;
export function styleFile(name: "wall" | "day"): string;
