import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { MapError, readOpenDrive, type RoadMap } from '@gauntlet/sim';

/** Bytes: OpenDRIVE files of whole cities are smaller. */
const LARGEST = 256 * 1024 * 1024;

/** A map from a file, called as the file is. */
export interface FoundMap {
  readonly name: string;
  readonly text: string;
  readonly road: RoadMap;
}

/** @throws Error that says what is wrong with the file, by its name. */
export function readMapFile(file: string): FoundMap {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Error(`${file}: expected an OpenDRIVE file, there is none of this name`);
  if (!found.isFile())
    throw new Error(`${file}: expected an OpenDRIVE file, got ${found.isDirectory() ? 'a directory' : 'a device'}`);
  if (found.size > LARGEST)
    throw new Error(`${file}: expected at most ${LARGEST} bytes, got ${found.size}; divide the map`);
  const text = decode(file, readFileSync(file));
  const name = basename(file).replace(/\.xodr$/i, '');
  try {
    return { name, text, road: readOpenDrive(text, name) };
  } catch (error) {
    if (error instanceof MapError) throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below: bytes that are no UTF-8 are no more readable than NUL characters.
  }
  throw new Error(`${file}: expected an OpenDRIVE file (XML in UTF-8), got binary data; unpack or export it as .xodr`);
}
