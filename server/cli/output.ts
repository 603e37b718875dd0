import { GauntletError } from '@gauntlet/agents-sdk/protocol';

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Rows as aligned columns; the first row is the heading. Columns of numbers align right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  );
  const numeric = widths.map((_, column) =>
    rows.slice(1).every((row) => typeof row[column] === 'number' || row[column] === undefined),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return numeric[column] ? String(cell).padStart(width) : String(cell).padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Whatever was thrown, as one line for a person. */
export function describeError(error: unknown): string {
  if (error instanceof GauntletError) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

/** A line on standard error that redraws itself on a terminal, and stays silent elsewhere. */
export function progress(stream: NodeJS.WriteStream = process.stderr): { show(text: string): void; done(): void } {
  let shown = false;
  let last = 0;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - last < 100) return;
      last = now;
      shown = true;
      stream.write(`\r\x1b[2K${text}`);
    },
    done() {
      if (shown) stream.write('\r\x1b[2K');
    },
  };
}
