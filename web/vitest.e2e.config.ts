import { defineConfig } from "vitest/config";

// One browser, one server: the cases run in order in one process. Drawing a
// whole scene takes about 12 s without a graphics card, hence the long limits.
export default defineConfig({
  test: {
    include: ["tests/**/*.e2e.ts"],
    // Vitest takes BASE_URL for itself inside the tests; hand ours on by another name.
    env: { SERVER_URL: process.env["BASE_URL"] ?? "" },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    fileParallelism: false,
  },
});
