import {
  BufferAttribute,
  BufferGeometry,
  LineSegments,
  type Material,
  OrthographicCamera,
  Points,
  Scene,
  ShaderMaterial,
  WebGLRenderer,
} from 'three';

/*
 * Draws a map by WebGL. In a bundle of its own, which is loaded when a map is looked at: the library is as large as all
 * else of the page.
 */

/** What is drawn: a value a point in each array, but in those of arrows, which have a value an arrow. */
export interface DrawnPoints {
  /** x and y, from −1 to 1. */
  readonly places: Float32Array;
  /** Red, green and blue from 0 to 1. */
  readonly colours: Float32Array;
  /** Number in `SHAPES`. */
  readonly shapes: Float32Array;
  /** In pixels of the page. */
  readonly sizes: Float32Array;
}

export interface DrawnArrows {
  /** x and y of the beginning and of the end. */
  readonly ends: Float32Array;
  readonly colours: Float32Array;
}

/** The part of the map that is seen: its middle, and how many pixels of the page one unit takes. */
export interface MapView {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const POINT_VERTEX = `
attribute vec3 tint;
attribute float shape;
attribute float size;
uniform float ratio;
varying vec3 shown;
varying float form;
void main() {
  shown = tint;
  form = shape;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position.xy, 0.0, 1.0);
  gl_PointSize = size * ratio;
}`;

/** Shapes by their distance from the middle; the order is that of `SHAPES`. */
const POINT_FRAGMENT = `
varying vec3 shown;
varying float form;
void main() {
  vec2 at = 2.0 * gl_PointCoord - 1.0;
  vec2 far = abs(at);
  bool inside = form < 0.5 ? dot(at, at) < 1.0
    : form < 1.5 ? max(far.x, far.y) < 0.8
    : form < 2.5 ? at.y < 0.85 && far.x < 0.5 * (at.y + 0.95)
    : form < 3.5 ? far.x + far.y < 1.0
    : form < 4.5 ? min(far.x, far.y) < 0.3 && max(far.x, far.y) < 0.95
    : min(abs(at.x - at.y), abs(at.x + at.y)) < 0.4 && max(far.x, far.y) < 0.85;
  if (!inside) discard;
  gl_FragColor = vec4(shown, 1.0);
}`;

const ARROW_VERTEX = `
attribute vec4 ends;
attribute vec3 tint;
attribute float part;
uniform vec2 room;
varying vec3 shown;
void main() {
  shown = tint;
  vec4 from = projectionMatrix * modelViewMatrix * vec4(ends.xy, 0.0, 1.0);
  vec4 to = projectionMatrix * modelViewMatrix * vec4(ends.zw, 0.0, 1.0);
  vec2 along = (to.xy - from.xy) * room;
  float reach = length(along);
  vec2 way = reach > 0.0 ? along / reach : vec2(1.0, 0.0);
  float head = min(7.0, 0.5 * reach);
  vec2 wing = part > 2.5 ? vec2(-way.y, way.x) : vec2(way.y, -way.x);
  vec2 tip = to.xy * room;
  vec2 place = part < 0.5 ? from.xy * room : part < 1.5 ? tip : tip - way * head + wing * 0.5 * head;
  gl_Position = vec4(place / room, 0.0, 1.0);
}`;

const ARROW_FRAGMENT = `
varying vec3 shown;
void main() { gl_FragColor = vec4(shown, 1.0); }`;

/** Of an arrow the line, and two that are its head: which of its places each end is. */
const PARTS = [0, 1, 1, 2, 1, 3];

export class MapDrawing {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new OrthographicCamera();
  private readonly points: Points<BufferGeometry, ShaderMaterial>;
  private readonly arrows: LineSegments<BufferGeometry, ShaderMaterial>;

  /** Throws where the canvas has no WebGL. */
  constructor(canvas: HTMLCanvasElement) {
    this.renderer = new WebGLRenderer({ canvas, alpha: true, antialias: false, powerPreference: 'high-performance' });
    const flat = { depthTest: false, depthWrite: false } as const;
    this.points = new Points(
      new BufferGeometry(),
      new ShaderMaterial({
        ...{ vertexShader: POINT_VERTEX, fragmentShader: POINT_FRAGMENT, uniforms: { ratio: { value: 1 } } },
        ...flat,
      }),
    );
    this.arrows = new LineSegments(
      new BufferGeometry(),
      new ShaderMaterial({
        ...{ vertexShader: ARROW_VERTEX, fragmentShader: ARROW_FRAGMENT, uniforms: { room: { value: [1, 1] } } },
        ...flat,
      }),
    );
    // What is seen is not found out by where things are: all of it is one geometry.
    for (const drawn of [this.arrows, this.points]) drawn.frustumCulled = false;
    this.scene.add(this.arrows, this.points);
    this.camera.position.z = 1;
  }

  show({ places, colours, shapes, sizes }: DrawnPoints, arrows: DrawnArrows): void {
    const flat = new Float32Array((3 * places.length) / 2);
    for (let n = 0; n < places.length / 2; n++) flat.set(places.subarray(2 * n, 2 * n + 2), 3 * n);
    replace(this.points, { position: [flat, 3], tint: [colours, 3], shape: [shapes, 1], size: [sizes, 1] });
    const count = arrows.ends.length / 4;
    const all = { position: new Float32Array(18 * count), ends: new Float32Array(24 * count) };
    const [tint, part] = [new Float32Array(18 * count), new Float32Array(6 * count)];
    for (let n = 0; n < count; n++) {
      for (const [corner, which] of PARTS.entries()) {
        all.ends.set(arrows.ends.subarray(4 * n, 4 * n + 4), 4 * (6 * n + corner));
        tint.set(arrows.colours.subarray(3 * n, 3 * n + 3), 3 * (6 * n + corner));
        part[6 * n + corner] = which;
      }
    }
    replace(this.arrows, { position: [all.position, 3], ends: [all.ends, 4], tint: [tint, 3], part: [part, 1] });
  }

  /** A canvas of this size in pixels of the page, of which each is so many of the screen’s. */
  draw({ x, y, scale }: MapView, width: number, height: number, ratio: number): void {
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    const { camera } = this;
    Object.assign(camera, { left: -width / 2 / scale, right: width / 2 / scale });
    Object.assign(camera, { top: height / 2 / scale, bottom: -height / 2 / scale });
    camera.position.set(x, y, 1);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    Object.assign(this.points.material.uniforms.ratio ?? {}, { value: ratio });
    Object.assign(this.arrows.material.uniforms.room ?? {}, { value: [width / 2, height / 2] });
    this.renderer.render(this.scene, camera);
  }

  /** Waits until what was drawn is there. */
  finish(): void {
    const context = this.renderer.getContext();
    context.readPixels(0, 0, 1, 1, context.RGBA, context.UNSIGNED_BYTE, new Uint8Array(4));
  }

  dispose(): void {
    for (const { geometry, material } of [this.points, this.arrows]) {
      geometry.dispose();
      (material as Material).dispose();
    }
    this.renderer.dispose();
  }
}

function replace(
  drawn: Points<BufferGeometry, ShaderMaterial> | LineSegments<BufferGeometry, ShaderMaterial>,
  attributes: Readonly<Record<string, readonly [values: Float32Array, size: number]>>,
): void {
  const geometry = new BufferGeometry();
  for (const [name, [values, size]] of Object.entries(attributes)) {
    geometry.setAttribute(name, new BufferAttribute(values, size));
  }
  drawn.geometry.dispose();
  drawn.geometry = geometry;
}

Object.assign(globalThis, { lookalikeMapDrawing: MapDrawing });
