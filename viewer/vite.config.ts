import { defineConfig } from 'vite';

const arena = 'http://localhost:8080';

export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      // Importing the protocol has no effects: schemas and checks that pages do not use stay out, and with them what compiles them.
      treeshake: { moduleSideEffects: (id) => !/[\\/](agents-sdk|typebox)[\\/]/.test(id) },
    },
  },
  server: {
    proxy: { '/api': arena, '/socket.io': { target: arena, ws: true } },
  },
});
