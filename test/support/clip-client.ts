import { connect } from 'node:net';

/** Every key that the Python client of clip-retrieval 2.44 sends, in its order and with its defaults. */
export function clientRequest(query: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const { num_images = 40 } = more;
  return {
    text: null,
    image: null,
    image_url: null,
    embedding_input: null,
    deduplicate: true,
    use_safety_model: true,
    use_violence_detector: true,
    indice_name: 'face-recognition',
    use_mclip: false,
    aesthetic_score: 9,
    aesthetic_weight: 0.5,
    modality: 'image',
    num_images,
    num_result_ids: num_images,
    ...query,
    ...more,
  };
}

/** A JSON value as Python's json.dumps writes it. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value === null || typeof value !== 'object') {
    const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
  }
  return `{${Object.entries(value)
    .map(([key, inner]) => `${pythonJson(key)}: ${pythonJson(inner)}`)
    .join(', ')}}`;
}

/** What goes over the wire when that client asks: by `requests`, with a string as body and so without a content type. */
export function clientBytes({ host }: URL, path: string, body: unknown): string {
  const text = pythonJson(body);
  return [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: python-requests/2.28.1',
    'Accept-Encoding: gzip, deflate',
    'Accept: */*',
    'Connection: keep-alive',
    `Content-Length: ${text.length}`,
    '',
    text,
  ].join('\r\n');
}

/** Sends bytes and gives what comes back, up to the end of a body of the length that it says it has. */
export async function exchange({ hostname, port }: URL, bytes: string): Promise<{ head: string; body: string }> {
  const socket = connect(Number(port), hostname);
  socket.write(bytes, 'latin1');
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    const head = received.toString('latin1', 0, end);
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
    if (end >= 0 && received.length === end + 4 + Number(length))
      return { head, body: received.toString('utf8', end + 4) };
  }
  throw new Error('The connection ended within the answer');
}
