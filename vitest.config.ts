import { defineConfig } from 'vitest/config';

const everywhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        // Needs nothing from the system.
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...everywhere, '**/*.system.test.ts'],
          testTimeout: 90_000,
        },
      },
      {
        // Needs a browser, or starts and kills whole servers. One file at a time: they measure time and use ports.
        test: {
          name: 'system',
          include: ['**/*.system.test.ts'],
          exclude: everywhere,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
