/** Asks again and again until the answer is neither null nor false. Throws after `seconds`, saying what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
