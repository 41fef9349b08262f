/** Address of the map's list of font files, written into the build. */
declare const __FONT_FACES__: string;

declare module "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url" {
  const url: string;
  export default url;
}
