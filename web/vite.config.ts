import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1500 },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/collections": "http://127.0.0.1:8080", "/health": "http://127.0.0.1:8080" } },
  test: { include: ["src/**/*.test.ts"] },
});
