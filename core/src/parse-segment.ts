import { readFields, readList, readOptional, readString, type Place } from './issue.ts';
import type { Json } from './json.ts';
import { readCondition } from './parse-conditions.ts';
import { readStrings } from './parse-rules.ts';
import type { Condition, Segment } from './snapshot.ts';

/** Reads one segment; undefined if there was an issue. */
export function readSegment(place: Place, value: Json): Segment | undefined {
  const before = place.issues.length;
  const object = readFields(place, value, ['description', 'include', 'exclude', 'any']);
  if (object === undefined) return undefined;
  readOptional(place, object, 'description', readString);
  const include = readOptional(place, object, 'include', readStrings);
  const exclude = readOptional(place, object, 'exclude', readStrings);
  const any = readOptional(place, object, 'any', (at, groups) =>
    readList(at, groups, (each, group) => readGroup(each, group)),
  );
  if (place.issues.length > before) return undefined;
  return { include: new Set(include), exclude: new Set(exclude), any: any ?? [] };
}

function readGroup(place: Place, value: Json): Condition[] | undefined {
  return readList(place, value, (at, each) => readCondition(at, each, { segments: undefined }));
}
