import { createHash } from "node:crypto";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import type { SessionStore, StoredSession } from "../session/sessionStore.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function session(name: string, now: UnixSeconds, account = "0xa"): StoredSession {
  return {
    session: hash(name).slice(0, 32),
    account,
    how: "passkey",
    generation: 3,
    created: now,
    rotated: now,
    used: now,
    current: hash(`${name} 1`),
    previous: null,
  };
}

/** What every store of sessions does. @param open two of one store, as two processes have them. */
export function sessionStoreConformance(
  open: () => Promise<{
    readonly here: SessionStore;
    readonly there: SessionStore;
    readonly now: UnixSeconds;
  }>,
): void {
  const endOf = (now: UnixSeconds): UnixSeconds => (now + 1800) as UnixSeconds;

  describe("a store of sessions", () => {
    it("gives back what was added, in every process, by its value alone", async () => {
      const { here, there, now } = await open();
      const one = session("one", now);
      await here.add(one, endOf(now));
      expect(await there.find(one.current)).toEqual(one);
      expect(await there.find(hash("other"))).toBeNull();
      expect(await there.find("")).toBeNull();
    });

    it("finds a session by its value and the one before, and no longer by those before that", async () => {
      const { here, there, now } = await open();
      const one = session("one", now);
      await here.add(one, endOf(now));
      const at = (now + 900) as UnixSeconds;
      const change = { from: one.current, to: hash("one 2"), at, end: endOf(at) };
      expect(await there.rotate(one.session, change)).toBe(true);
      const next = { ...one, current: change.to, previous: one.current, rotated: at, used: at };
      expect(await here.find(change.to)).toEqual(next);
      expect(await here.find(one.current)).toEqual(next);
      const last = { from: change.to, to: hash("one 3"), at, end: endOf(at) };
      expect(await here.rotate(one.session, last)).toBe(true);
      expect(await there.find(one.current)).toBeNull();
      expect(await there.find(change.to)).toMatchObject({ current: last.to, previous: change.to });
    });

    it("changes a value for one of many who change it at once", async () => {
      const { here, there, now } = await open();
      const one = session("one", now);
      await here.add(one, endOf(now));
      const won = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          (i % 2 === 0 ? here : there).rotate(one.session, {
            from: one.current,
            to: hash(`one ${i + 2}`),
            at: now,
            end: endOf(now),
          }),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = hash(`one ${won.indexOf(true) + 2}`);
      expect(await there.find(one.current)).toMatchObject({ current: winner });
    });

    it("notes use, and never an earlier one", async () => {
      const { here, there, now } = await open();
      const one = session("one", now);
      await here.add(one, endOf(now));
      const later = (now + 120) as UnixSeconds;
      await here.touch(one.session, later, endOf(later));
      await there.touch(one.session, (now + 60) as UnixSeconds, endOf(now));
      expect(await there.find(one.current)).toEqual({ ...one, used: later });
    });

    it("removes one, or all of an account, and brings nothing back", async () => {
      const { here, there, now } = await open();
      const [one, two, three] = [session("one", now), session("two", now), session("three", now)];
      const other = session("other", now, "0xb");
      for (const each of [one, two, three, other]) await here.add(each, endOf(now));
      const change = { from: two.current, to: hash("two 2"), at: now, end: endOf(now) };
      await here.rotate(two.session, change);
      await there.remove(one.session);
      expect(await here.find(one.current)).toBeNull();
      expect(await here.rotate(one.session, { ...change, from: one.current })).toBe(false);
      await here.touch(one.session, (now + 1) as UnixSeconds, endOf(now));
      expect(await there.find(one.current)).toBeNull();
      await there.removeAll("0xa");
      for (const value of [two.current, change.to, three.current]) expect(await here.find(value)).toBeNull();
      expect(await here.find(other.current)).toEqual(other);
      await here.removeAll("0xnobody");
      await here.remove("nothing");
    });
  });
}
