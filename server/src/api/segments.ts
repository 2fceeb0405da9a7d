import type { JsonObject } from '@featureflags/core';

import { notFound } from '../edits.ts';
import { segmentView } from '../segment-view.ts';
import { itemOf, type State } from '../state.ts';
import { quoted } from './etag.ts';
import { guarded, guardOf } from './guard.ts';
import { checkedKey, isCreation, occasionOf } from './occasion.ts';
import { json, route, type Asked, type Route } from './route.ts';
import { listOf, ref } from './schemas.ts';

const SEGMENT = { description: 'The segment', schema: ref('Segment') };
const TAG = { tag: 'Segments' } as const;

/** Management of segments: they are the same in every environment. */
export const SEGMENT_ROUTES: readonly Route[] = [
  route({
    ...TAG,
    method: 'get',
    path: '/segments',
    summary: 'All segments',
    answers: {
      200: {
        description: 'The segments',
        schema: { type: 'object', properties: { segments: listOf(ref('Segment')) } },
      },
    },
    problems: [],
    handle: ({ snapshots }) => json({ segments: allSegments(snapshots.state) }),
  }),
  route({
    ...TAG,
    method: 'get',
    path: '/segments/{key}',
    summary: 'One segment',
    answers: { 200: SEGMENT },
    problems: ['SEGMENT_NOT_FOUND'],
    handle: ({ snapshots, param }) => segmentAnswer(snapshots.state, param('key')),
  }),
  route({
    ...TAG,
    method: 'post',
    path: '/segments/{key}',
    summary: 'Create a segment, or change the given fields of one',
    body: { schema: ref('SegmentFields'), optional: true, isJudgedByCore: true },
    answers: { 200: SEGMENT, 201: { ...SEGMENT, description: 'The segment is new' } },
    problems: ['INVALID_KEY', 'INVALID_BODY', 'IN_USE', 'VERSION_CONFLICT', 'ALREADY_EXISTS'],
    writes: true,
    handle: saveSegment,
  }),
  route({
    ...TAG,
    method: 'delete',
    path: '/segments/{key}',
    summary: 'Delete a segment that no flag names any more',
    answers: { 204: { description: 'Deleted' } },
    problems: ['SEGMENT_NOT_FOUND', 'IN_USE', 'VERSION_CONFLICT', 'ALREADY_EXISTS'],
    writes: true,
    handle: deleteSegment,
  }),
];

async function saveSegment(asked: Asked<unknown, JsonObject | undefined>): Promise<Response> {
  const key = checkedKey(asked.param('key'));
  const { state, changes } = await asked.changes.apply(
    { action: 'segment.save', key, ...guarded(asked.request.headers, asked.body ?? {}) },
    occasionOf(asked),
  );
  return segmentAnswer(state, key, isCreation(changes) ? 201 : 200);
}

async function deleteSegment(asked: Asked<unknown, unknown>): Promise<Response> {
  const guard = guardOf(asked.request.headers);
  await asked.changes.apply(
    { action: 'segment.delete', key: asked.param('key'), ...(guard && { guard }) },
    occasionOf(asked),
  );
  return new Response(null, { status: 204 });
}

function allSegments(state: State): object[] {
  return [...state.items.values()].filter(({ kind }) => kind === 'segment').map(segmentView);
}

function segmentAnswer(state: State, key: string, status = 200): Response {
  const item = itemOf(state, 'segment', key);
  if (item === undefined) throw notFound('segment', key);
  return json(segmentView(item), status, { etag: quoted(String(item.version)) });
}
