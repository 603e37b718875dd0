import { fileURLToPath } from 'node:url';
import { startFakeArena } from './fake-arena.ts';

const arena = await startFakeArena(fileURLToPath(new URL('../dist', import.meta.url)), { port: 8080 });
process.stdout.write(`fake arena at ${arena.url}; pages in development: npx vite\n`);
