import { Random } from '../../random.ts';

const VALUES = [
  '',
  '0',
  '-0',
  '-1',
  '1',
  '0.0001',
  '-3',
  '2',
  '1e-9',
  '1e6',
  '-1e9',
  '1e300',
  '1e999',
  'NaN',
  'Infinity',
  '999999',
  'x',
  'start',
  'end',
  'road',
  'junction',
  'driving',
  'none',
  '+',
  '-',
  '3.14159',
  '100',
  '\u{1F600}',
];

/** Changes a map's text somewhere: elements are removed, doubled, exchanged, and attributes get values that no one expects. */
export class Mutator {
  readonly #random: Random;

  constructor(seed: number, name: string) {
    this.#random = new Random(String(seed), name);
  }

  mutate(text: string, times: number): string {
    let mutated = text;
    for (let i = 0; i < times; i++) mutated = this.#once(mutated);
    return mutated;
  }

  #once(text: string): string {
    switch (this.#below(8)) {
      case 0:
        return this.#inElement(text, () => '');
      case 1:
        return this.#inElement(text, (element) => element + element);
      case 2: {
        const other = this.#element(text);
        return this.#inElement(text, () => other);
      }
      case 3:
        return this.#attribute(text, (name) => `${name.replace(/./, 'q')}="1"`);
      case 4: {
        // Anything from elsewhere in the file: ids that are others' ids, places that are others' places.
        const values = [...text.matchAll(/="([^"]*)"/g)].map(([, value]) => value ?? '');
        return this.#attribute(text, (name) => `${name}="${this.#pick(values)}"`);
      }
      case 5: {
        const at = this.#below(text.length);
        return text.slice(0, at) + this.#pick(['<', '>', '"', '', ' ', '&', '&x;']) + text.slice(at + this.#below(3));
      }
      default:
        return this.#attribute(text, (name) => `${name}="${this.#pick(VALUES)}"`);
    }
  }

  #attribute(text: string, change: (name: string) => string): string {
    const all = [...text.matchAll(/([A-Za-z]+)="[^"]*"/g)];
    const found = this.#pick(all);
    if (!found) return text;
    return text.slice(0, found.index) + change(found[1] ?? '') + text.slice(found.index + found[0].length);
  }

  #inElement(text: string, change: (element: string) => string): string {
    const element = this.#element(text);
    const at = text.indexOf(element, 1);
    return element === '' || at < 0 ? text : text.slice(0, at) + change(element) + text.slice(at + element.length);
  }

  /** An element with all that is in it, but not the whole document. */
  #element(text: string): string {
    const start = this.#pick([...text.matchAll(/<([A-Za-z0-9]+)[^>]*?(\/?)>/g)].slice(1));
    if (!start) return '';
    if (start[2] === '/') return start[0];
    const end = text.indexOf(`</${start[1]}>`, start.index);
    return end < 0 ? start[0] : text.slice(start.index, end + `</${start[1]}>`.length);
  }

  #below(count: number): number {
    return count === 0 ? 0 : this.#random.u32() % count;
  }

  #pick<T>(values: readonly T[]): T | undefined {
    return values[this.#below(values.length)];
  }
}
