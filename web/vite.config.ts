import react from '@vitejs/plugin-react';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the service's policy lets in files of its own only
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  test: { include: ['tests/unit/**/*.test.ts'] },
  server: { proxy: { '/api': loadEnv('', '.', 'NODTRACK_')['NODTRACK_API'] ?? 'http://127.0.0.1:8700' }, fs: { allow: ['..'] } },
});
