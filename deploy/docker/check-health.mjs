// The image's health check: exit code 0 while this container is ready. The image has no curl, and needs none.
const port = process.env.PORT?.trim() || '2001';
try {
  const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) });
  process.exit(status === 200 ? 0 : 1);
} catch {
  process.exit(1);
}
