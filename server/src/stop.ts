import type { Config } from './config.ts';
import type { Listening } from './listen.ts';
import type { Running } from './start.ts';

/**
 * Lets what runs come to its end, for as long as the configuration says, and cuts off the rest.
 * @returns the exit code
 */
export async function stop(
  running: Running,
  listening: Listening,
  config: Config,
): Promise<number> {
  const { log, health, streams } = running.services;
  health.isStopping = true;
  const stopping = listening.stop();
  streams.drain();
  const isDone = await within(stopping, config.shutdownTimeout * 1000);
  if (!isDone) {
    const message = `requests still ran after ${String(config.shutdownTimeout)} s and were cut off`;
    log.warn('stopped late', { message });
    await listening.end();
  }
  await running.close();
  log.info('stopped');
  return 0;
}

/** True if the work ended within the time, in milliseconds. */
async function within(work: Promise<void>, time: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((tell) => {
    timer = setTimeout(() => {
      tell(false);
    }, time);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
