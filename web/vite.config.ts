import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

/** The service that pages under development ask. */
const service = loadEnv("", ".", "CUNTONG_")["CUNTONG_URL"] ?? "http://127.0.0.1:8080";
const paths = ["/api", "/collections", "/health", "/tiles", "/relief", "/tileMatrixSets", "/styles", "/scenarios", "/snapshots", "/comparisons", "/reports"];

export default defineConfig({
  base: "./",
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1500 },
  server: { proxy: Object.fromEntries(paths.map((p) => [p, service])) },
  test: { include: ["src/**/*.test.ts"] },
});
