import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressFiles } from "./build/compressFiles.ts";

/** The node serves what stands in `dist`. */
export default defineConfig({
  plugins: [react(), compressFiles()],
  build: {
    target: "es2024",
    // Nothing inline: the content security policy allows no script and no style that is not a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: {
    format: "es",
    // The node has a worker's file asked for again at each start: it runs under the policy that came with it.
    rolldownOptions: {
      output: { entryFileNames: "assets/worker-[hash].js", chunkFileNames: "assets/worker-[name]-[hash].js" },
    },
  },
});
