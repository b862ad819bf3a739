import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeOfDate } from "./dateRange.ts";

const at = (text: string): number => Date.parse(text);

describe("a date's range", () => {
  it.each([
    ["2013", "2013-01-01T00:00:00Z", "2014-01-01T00:00:00Z"],
    ["2013-12", "2013-12-01T00:00:00Z", "2014-01-01T00:00:00Z"],
    ["2012-02", "2012-02-01T00:00:00Z", "2012-03-01T00:00:00Z"],
    ["2012-02-29", "2012-02-29T00:00:00Z", "2012-03-01T00:00:00Z"],
    ["2013-03-14T10:00", "2013-03-14T10:00:00Z", "2013-03-14T10:01:00Z"],
    ["2013-03-14T10:00Z", "2013-03-14T10:00:00Z", "2013-03-14T10:01:00Z"],
    ["2015-02-07T13:28:17-05:00", "2015-02-07T18:28:17Z", "2015-02-07T18:28:18Z"],
    ["2015-02-07T13:28:17.5+01:30", "2015-02-07T11:58:17.500Z", "2015-02-07T11:58:17.600Z"],
    ["2015-02-07T13:28:17.239Z", "2015-02-07T13:28:17.239Z", "2015-02-07T13:28:17.240Z"],
    ["2015-02-07T13:28:17.2391234Z", "2015-02-07T13:28:17.239Z", "2015-02-07T13:28:17.240Z"],
    ["2015-02-07T13:28:17.999999999Z", "2015-02-07T13:28:17.999Z", "2015-02-07T13:28:18Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", "2017-01-01T00:00:01Z"],
    ["0033-04-03", "0033-04-03T00:00:00Z", "0033-04-04T00:00:00Z"],
    ["9999", "9999-01-01T00:00:00Z", "+010000-01-01T00:00:00Z"],
  ])("of %s", (text, from, to) => {
    expect(rangeOfDate(text)).toEqual({ from: at(from), to: at(to) });
  });

  it.each([
    "",
    "13",
    "2013-13",
    "2013-00",
    "2013-02-29",
    "2013-04-31",
    "0000",
    "2013-1-1",
    "2013-01-01T24:00:00Z",
    "2013-01-01T10",
    "2013-01-01T10:60Z",
    "2013-01-01T10:00:61Z",
    "2013-01-01T10:00:00+15:00",
    "2013-01-01T10:00:00.1234567890Z",
    "2013-01-01 10:00",
    "today",
    "2013\n",
  ])("of %j is none", (text) => {
    expect(rangeOfDate(text)).toBeNull();
  });

  it("lies within that of every coarser writing", () => {
    const date = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-30"), noInvalidDate: true });
    fc.assert(
      fc.property(date, (moment) => {
        const text = moment.toISOString();
        const exact = rangeOfDate(text);
        expect(exact).toEqual({ from: moment.getTime(), to: moment.getTime() + 1 });
        for (const length of [4, 7, 10, 16, 19]) {
          const coarse = rangeOfDate(length > 10 ? `${text.slice(0, length)}Z` : text.slice(0, length));
          expect(
            coarse !== null && exact !== null && coarse.from <= exact.from && exact.to <= coarse.to,
          ).toBe(true);
        }
      }),
    );
  });
});
