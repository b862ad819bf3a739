import { describeBlobStore } from "@anamnesis/testkit/storage/blobStoreConformance";
import { MemoryBlobStore } from "./memoryBlobStore.ts";

describeBlobStore("memory", async () => {
  const store = new MemoryBlobStore();
  return {
    store,
    damage: async (cid, at) => store.damage(cid, at),
    aside: async (cid) => store.aside.filter((item) => item.cid === cid).length,
    leftovers: async () => 0,
    dispose: async () => undefined,
  };
});
