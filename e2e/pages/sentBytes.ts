import type { Page } from "playwright-core";

const READ = `new Promise((resolve, reject) => {
  const opening = indexedDB.open("anamnesis-seen");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const reading = database.transaction("seen").objectStore("seen").openCursor();
    reading.onerror = () => reject(reading.error);
    reading.onsuccess = () => {
      const cursor = reading.result;
      if (cursor !== null && !String(cursor.key).endsWith(" sent")) return cursor.continue();
      database.close();
      resolve(cursor === null ? 0 : cursor.value.sealed.length);
    };
  };
})`;

/** How much this browser keeps, sealed, of own details that were sent: 18 bytes are an empty list. */
export async function sentBytes(page: Page): Promise<number> {
  return page.evaluate<number>(READ);
}
