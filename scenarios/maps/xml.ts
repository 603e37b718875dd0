/** An XML element: its attributes in the order given, without those that are undefined, and its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly XmlElement[];
}

export function element(
  name: string,
  attributes: XmlElement['attributes'] = {},
  children: readonly (XmlElement | null)[] = [],
): XmlElement {
  return { name, attributes, children: children.filter((child) => child !== null) };
}

/** A document, two spaces a level, one element a line. */
export function xmlText(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  write(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function write({ name, attributes, children }: XmlElement, indent: string, lines: string[]): void {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? numeral(value) : escaped(value)}"`)
    .join('');
  if (children.length === 0) {
    lines.push(`${indent}<${name}${written}/>`);
    return;
  }
  lines.push(`${indent}<${name}${written}>`);
  for (const child of children) write(child, `${indent}  `, lines);
  lines.push(`${indent}</${name}>`);
}

/** Twelve digits: some 10 nm within a map of 10 km, and free of the last bits' noise. */
function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite number for XML, got ${value}`);
  const rounded = Number(value.toPrecision(12));
  return Math.abs(rounded) < 1e-12 ? '0' : String(rounded);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
