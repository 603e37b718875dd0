import type { Findings } from './findings.ts';
import { LIMITS } from './limits.ts';
import { MapError } from './map-error.ts';
import type { XmlElement } from './xml.ts';

/** An element of the file, and how its place is called. */
export class Reader {
  readonly element: XmlElement;
  readonly findings: Findings;
  readonly #parent: Reader | null;
  readonly #step: string;

  /** @param step what the element is called among those of its parent, such as `lane -2`. */
  constructor(element: XmlElement, findings: Findings, parent: Reader | null = null, step = '') {
    this.element = element;
    this.findings = findings;
    this.#parent = parent;
    this.#step = step;
  }

  /** `road 5, lane section 1, lane -2 (line 123)` */
  get place(): string {
    return `${this.#path} (line ${this.element.line})`;
  }

  /** Put together only where it is needed: most elements are never named. */
  get #path(): string {
    const before = this.#parent === null ? '' : this.#parent.#path;
    return before === '' ? this.#step : `${before}, ${this.#step}`;
  }

  /** The reader of an element below this one. */
  at(element: XmlElement, step: string): Reader {
    return new Reader(element, this.findings, this, step);
  }

  warn(text: string): void {
    this.findings.warn(this.place, text);
  }

  gather(text: string): void {
    this.findings.gather(this.place, text);
  }

  fail(expected: string, actual: string, advice?: string): never {
    throw new MapError(this.place, expected, actual, advice);
  }

  text(attribute: string): string | undefined {
    return this.element.attributes[attribute];
  }

  /** @throws MapError where it is missing. */
  requireText(attribute: string): string {
    const value = this.text(attribute);
    if (value === undefined || value === '')
      this.fail(`an attribute ${attribute}`, value === '' ? 'an empty one' : 'none');
    return value;
  }

  /**
   * A number that the shape of the road depends on.
   * @param missing what it is where the attribute is not there; without it, the attribute has to be there.
   * @throws MapError where it is not a number between the limits.
   */
  number(attribute: string, { missing, min = -LIMITS.coordinate, max = LIMITS.coordinate }: NumberRule = {}): number {
    const text = this.text(attribute);
    if (text === undefined) {
      if (missing !== undefined) return missing;
      this.fail(`an attribute ${attribute}`, 'none');
    }
    const value = parse(text);
    if (!(value >= min && value <= max))
      this.fail(`${attribute} to be a number from ${min} to ${max}`, `"${shorten(text)}"`);
    return value;
  }

  /** A number that the map can do without: null, with a warning, where it is not one. */
  optionalNumber(attribute: string): number | null {
    const text = this.text(attribute);
    if (text === undefined) return null;
    const value = parse(text);
    if (Math.abs(value) <= LIMITS.coordinate) return value;
    this.warn(`${attribute} is left out: expected a number, got "${shorten(text)}"`);
    return null;
  }

  children(name: string): XmlElement[] {
    return this.element.children.filter((child) => child.name === name);
  }

  child(name: string): XmlElement | undefined {
    return this.element.children.find((child) => child.name === name);
  }

  /** Every child of a child that holds a list, such as the geometries of `planView`. */
  listed(container: string, name: string): XmlElement[] {
    return this.children(container).flatMap((list) => list.children.filter((child) => child.name === name));
  }
}

interface NumberRule {
  missing?: number;
  min?: number;
  max?: number;
}

/** Number('') is 0 and Number('0x10') is 16: neither is a number here, nor is what no one writes at such length. */
function parse(text: string): number {
  return text.length <= 64 && NUMBER.test(text) ? Number(text) : Number.NaN;
}

const NUMBER = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
