// Can this machine draw? A wall PC without a graphics processor draws in
// software, some frames a second: then 3D and flights are dropped, and the
// screen says so. `?quality=high` and `?quality=low` overrule the guess.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export function rendererName(): string {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return "none";
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}

export function drawsInSoftware(search: string, name: () => string = rendererName): boolean {
  const quality = new URLSearchParams(search).get("quality");
  if (quality === "high") return false;
  if (quality === "low") return true;
  return SOFTWARE.test(name());
}
