import { describe, expect, it } from "vitest";
import { DATA_AREAS } from "../meaning/areas.ts";
import { areasOfTypes } from "./areasOfTypes.ts";

const { laboratory, medicines } = DATA_AREAS;

describe("what stands chosen when somebody asks", () => {
  it("is what was asked for", () => {
    const types = [...laboratory.resourceTypes, ...medicines.resourceTypes, "Patient"];
    expect(areasOfTypes([{ kind: "general", resourceTypes: types }])).toEqual({
      areas: new Set(["laboratory", "medicines"]),
      everything: false,
    });
    const all = areasOfTypes([{ kind: "general", resourceTypes: ["*"] }]);
    expect([all.everything, all.areas.has("visits"), all.areas.has("own")]).toEqual([true, true, false]);
    expect(areasOfTypes([{ kind: "personal", resourceTypes: ["*"] }]).areas).toEqual(new Set(["own"]));
  });

  it("is never more: not a kind of which a part was asked for, and no sensitive area", () => {
    expect(areasOfTypes([{ kind: "general", resourceTypes: ["Observation"] }]).areas).toEqual(new Set());
    expect(areasOfTypes([{ kind: "genetic", resourceTypes: ["*"] }])).toEqual({
      areas: new Set(),
      everything: false,
    });
  });
});
