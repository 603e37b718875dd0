import { parseXml, XmlElement as ParsedElement } from '@rgrove/parse-xml';
import { LIMITS } from './limits.ts';
import { MapError } from './map-error.ts';

/** An element of the file, without its text: OpenDRIVE keeps everything in attributes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** In the file, from 1. */
  readonly line: number;
}

/**
 * The root element of an XML text. Document types are skipped and no entity is ever expanded but XML's own five.
 * @throws MapError for what is not XML, is too large or too deeply nested.
 */
export function readXml(text: string): XmlElement {
  if (text.length > LIMITS.characters)
    throw new MapError('file', `at most ${LIMITS.characters} characters`, `${text.length}`, 'divide the map');
  if (text.trim() === '') throw new MapError('file', 'an OpenDRIVE document', 'an empty file');
  countElements(text);
  let root: ParsedElement | null;
  try {
    root = parseXml(text, { includeOffsets: true }).root;
  } catch (error) {
    throw unreadable(error);
  }
  if (!root) throw new MapError('file', 'an OpenDRIVE document', 'XML without an element');
  return convert(root, lineCounter(text));
}

/** Before the parser builds anything, so that a file of millions of elements costs next to nothing. */
function countElements(text: string): void {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next !== SLASH && next !== EXCLAMATION && next !== QUESTION) count++;
  }
  if (count > LIMITS.elements)
    throw new MapError('file', `at most ${LIMITS.elements} elements`, `${count}`, 'divide the map');
}

const [SLASH, EXCLAMATION, QUESTION] = [47, 33, 63];

function unreadable(error: unknown): unknown {
  // The parser recurses: elements nested thousands deep end its stack.
  if (error instanceof RangeError) return new MapError('file', 'elements nested a few deep', 'a nesting without end');
  if (!(error instanceof Error)) return error;
  const [reason = ''] = error.message.split('\n');
  const line = /line (\d+)/.exec(reason)?.[1];
  const place = line === undefined ? 'file' : `line ${line}`;
  return new MapError(place, 'well-formed XML', reason.replace(/ \(line.*$/, ''));
}

/** Deeper than any element that OpenDRIVE defines. */
const DEEPEST = 100;

function convert(node: ParsedElement, lineOf: (offset: number) => number, depth = 0): XmlElement {
  if (depth > DEEPEST) throw new MapError('file', `elements nested at most ${DEEPEST} deep`, 'more');
  const line = lineOf(node.start);
  const children: XmlElement[] = [];
  for (const child of node.children)
    if (child instanceof ParsedElement) children.push(convert(child, lineOf, depth + 1));
  return { name: node.name, attributes: node.attributes, children, line };
}

/** The line of an offset. Offsets must not descend from call to call: each character is looked at once. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  return (offset) => {
    while (next >= 0 && next < offset) {
      line++;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}
