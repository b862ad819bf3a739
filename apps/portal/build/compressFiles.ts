import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const COMPRESSIBLE = /\.(?:js|css|svg|json)$/;
/** Bytes below which a second file is not worth its name. */
const WORTH_IT = 1024;

/** Puts `.br` and `.gz` beside what was built, as small as they get: the node hands them out as they are. */
export function compressFiles(): Plugin {
  let folder = "";
  return {
    name: "anamnesis-compress",
    apply: "build",
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      handler: async () => {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        for (const entry of entries) {
          if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
          const path = join(entry.parentPath, entry.name);
          const plain = await readFile(path);
          if (plain.length < WORTH_IT) continue;
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
          await writeFile(`${path}.br`, await promisify(brotliCompress)(plain, quality));
          await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }));
        }
      },
    },
  };
}
