// The buildings as one custom layer. Each vertex carries its reach, threshold and
// deadline; the stages of all reaches are one small texture. Dragging a slider
// writes that texture and one uniform, so 20 000 buildings follow every frame.
//
// Positions are relative to the middle of the buildings: Mercator's 0…1 in
// 32 bits would be good to 2.4 m only.
import { MercatorCoordinate, type CustomLayerInterface, type CustomRenderMethodInput, type Map as MapLibre } from "maplibre-gl";
import type { Buildings } from "../../api/evacuation";
import { LOOKS, type Look } from "../model/water";

export type Palette = Record<Look, [number, number, number]> & { edge: [number, number, number] };

const WIDTH = 256;
const NEVER = 1e9;
const FLOATS = 6;

const VERTEX = `#version 300 es
precision highp float;
precision highp sampler2D;
in vec2 place; in float reach; in float threshold; in float deadline; in float kind;
uniform mat4 matrix; uniform float size; uniform float now; uniform sampler2D levels;
flat out int look; flat out float side;
void main() {
  int r = int(reach);
  bool wet = r >= 0 && threshold <= texelFetch(levels, ivec2(r % ${WIDTH}, r / ${WIDTH}), 0).r;
  float left = deadline - now;
  look = kind == 2.0 ? 6 : wet ? 0 : kind == 1.0 ? 5 : deadline >= ${NEVER}.0 ? 7 : left < 3600.0 ? 1 : left < 10800.0 ? 2 : left < 21600.0 ? 3 : 4;
  side = look == 7 ? size * .5 : look == 4 || look == 6 ? size * .8 : size;
  gl_Position = matrix * vec4(place, 0.0, 1.0);
  gl_PointSize = side;
}`;

// Wet is a square, cut off a ring in a diamond, unknown a ring, the rest discs:
// told apart without colour.
const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 colours[8]; uniform vec3 edge;
flat in int look; flat in float side;
out vec4 colour;
void main() {
  vec2 p = abs(gl_PointCoord - .5) * 2.0;
  float round = length(p), soft = 2.0 / side;
  float d = look == 0 ? max(p.x, p.y) * 1.12 : look == 5 ? (p.x + p.y) : round;
  float inside = 1.0 - smoothstep(1.0 - soft, 1.0, d);
  bool hollow = (look == 5 || look == 6) && side > 5.0;
  float rim = smoothstep(.62, .62 + soft, d);
  vec3 body = hollow ? edge : colours[look];
  vec3 line = hollow ? colours[look] : edge;
  vec3 c = mix(body, line, side > 4.0 ? rim * (hollow ? 1.0 : .75) : 0.0);
  float a = inside * (look == 7 ? .55 : 1.0);
  colour = vec4(c * a, a);
}`;

export class Dots implements CustomLayerInterface {
  readonly id = "buildings-by-deadline";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  private map: MapLibre | null = null;
  private program: WebGLProgram | null = null;
  private vao: WebGLVertexArrayObject | null = null;
  private buffer: WebGLBuffer | null = null;
  private texture: WebGLTexture | null = null;
  private vertices = new Float32Array(0);
  private centre: [number, number] = [0, 0];
  private levels: readonly number[] = [];
  /** Deadlines are seconds after this: 32 bits do not hold seconds since 1970. */
  private epoch = 0;
  private at = 0;
  private fresh = { vertices: false, levels: false };
  private palette: Palette;

  constructor(palette: Palette) {
    this.palette = palette;
  }

  onAdd(map: MapLibre, gl: WebGL2RenderingContext): void {
    this.map = map;
    this.program = link(gl);
    this.vao = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    this.texture = gl.createTexture();
    const stride = FLOATS * 4;
    gl.bindVertexArray(this.vao);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, size, offset] of [["place", 2, 0], ["reach", 1, 8], ["threshold", 1, 12], ["deadline", 1, 16], ["kind", 1, 20]] as const) {
      const at = gl.getAttribLocation(this.program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, stride, offset);
    }
    gl.bindVertexArray(null);
    this.fresh = { vertices: true, levels: true };
  }

  onRemove(_: MapLibre, gl: WebGL2RenderingContext): void {
    gl.deleteProgram(this.program);
    gl.deleteVertexArray(this.vao);
    gl.deleteBuffer(this.buffer);
    gl.deleteTexture(this.texture);
    this.map = this.program = this.vao = this.buffer = this.texture = null;
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.map?.triggerRepaint();
  }

  setBuildings(buildings: Buildings, index: ReadonlyMap<number, number>, epoch: number): void {
    const count = buildings.id.length;
    const deadline = buildings.deadline.map((text) => (text ? Math.min((Date.parse(text) - epoch) / 1000, NEVER / 2) : NEVER));
    // The most urgent is drawn last, on top.
    const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => deadline[b]! - deadline[a]! || buildings.threshold_m[b]! - buildings.threshold_m[a]!);
    const middle = (values: readonly number[]) => (values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0);
    const origin = MercatorCoordinate.fromLngLat({ lng: middle(buildings.lon), lat: middle(buildings.lat) });
    const vertices = new Float32Array(count * FLOATS);
    order.forEach((i, n) => {
      const { x, y } = MercatorCoordinate.fromLngLat({ lng: buildings.lon[i]!, lat: buildings.lat[i]! });
      const kind = buildings.class[i] === "unknown" ? 2 : buildings.class[i] === "cut_off" ? 1 : 0;
      vertices.set([x - origin.x, y - origin.y, index.get(buildings.reach[i]!) ?? -1, buildings.threshold_m[i]!, deadline[i]!, kind], n * FLOATS);
    });
    this.centre = [origin.x, origin.y];
    this.vertices = vertices;
    this.epoch = epoch;
    this.fresh.vertices = true;
    this.map?.triggerRepaint();
  }

  /** `at` in milliseconds since 1970. */
  look(levels: readonly number[], at: number): void {
    if (this.levels !== levels) this.fresh.levels = true;
    this.levels = levels;
    this.at = at;
    this.map?.triggerRepaint();
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput): void {
    if (!this.map || !this.program || this.vertices.length === 0) return;
    const gl2 = gl as WebGL2RenderingContext;
    this.upload(gl2);
    const at = (name: string) => gl2.getUniformLocation(this.program!, name);
    const zoom = this.map.getZoom();
    gl2.useProgram(this.program);
    gl2.uniformMatrix4fv(at("matrix"), false, moved(defaultProjectionData.mainMatrix, this.centre));
    gl2.uniform1f(at("size"), Math.min(22, Math.max(3.2, 3.2 * 1.42 ** (zoom - 11))) * this.map.getPixelRatio());
    gl2.uniform1f(at("now"), (this.at - this.epoch) / 1000);
    gl2.uniform3fv(at("colours"), LOOKS.flatMap((look) => this.palette[look]));
    gl2.uniform3fv(at("edge"), this.palette.edge);
    gl2.activeTexture(gl2.TEXTURE0);
    gl2.bindTexture(gl2.TEXTURE_2D, this.texture);
    gl2.uniform1i(at("levels"), 0);
    gl2.enable(gl2.BLEND);
    gl2.blendFunc(gl2.ONE, gl2.ONE_MINUS_SRC_ALPHA);
    gl2.bindVertexArray(this.vao);
    gl2.drawArrays(gl2.POINTS, 0, this.vertices.length / FLOATS);
    gl2.bindVertexArray(null);
  }

  private upload(gl: WebGL2RenderingContext): void {
    if (this.fresh.vertices) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, this.vertices, gl.STATIC_DRAW);
    }
    if (this.fresh.levels) {
      const height = Math.max(1, Math.ceil(this.levels.length / WIDTH));
      const texels = new Float32Array(WIDTH * height).fill(-NEVER);
      texels.set(this.levels);
      gl.bindTexture(gl.TEXTURE_2D, this.texture);
      // What the map left set for its own pictures would spoil plain numbers.
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, WIDTH, height, 0, gl.RED, gl.FLOAT, texels);
      for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
    this.fresh = { vertices: false, levels: false };
  }
}

/** The map's matrix, for positions relative to `centre`: multiplied in 64 bits. */
export function moved(matrix: ArrayLike<number>, [x, y]: readonly [number, number]): Float32Array {
  const m = Float64Array.from({ length: 16 }, (_, i) => matrix[i]!);
  for (let row = 0; row < 4; row++) m[12 + row] = m[row]! * x + m[4 + row]! * y + m[12 + row]!;
  return Float32Array.from(m);
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`the buildings' shader: ${gl.getProgramInfoLog(program) ?? ""}`);
  return program;
}
