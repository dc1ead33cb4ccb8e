import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// A site of another origin, whose page tries what a page can try against a review.
enum ForeignSite {
    /// A name that is somebody else's and leads to this machine, as the browser is told.
    static let name = "evil.test"
    /// What tells it so.
    static let flags = ["--host-resolver-rules=MAP \(name) 127.0.0.1"]

    /// Serves the page while `body` runs, which is given the port.
    static func with(_ body: @escaping @Sendable (_ port: Int) async throws -> Void) async throws {
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
        }
        try await Application(router: router).test(.live) { client async throws in
            try await body(try #require(client.port))
        }
    }

    /// Functions that try, and say what came of it: `refused`, or what was got.
    static let tools = """
        const reading = (path, options) => fetch(path, options)
          .then(async (answer) => (answer.type === 'opaque' ? 'refused' : `${answer.status} ${await answer.text()}`))
          .catch(() => 'refused');
        const loading = (name, attributes, event = 'load') => new Promise((done) => {
          const element = document.createElement(name);
          element.addEventListener(event, () => done('loaded'));
          element.addEventListener('error', () => done('refused'));
          for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
          document.body.append(element);
        });
        """

    /// Opened with `?target=ADDRESS&key=KEY`, it leaves what came of everything in `window.results`.
    private static let page = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Another site</title><body><script>
        \(tools)
        const asked = new URLSearchParams(location.search);
        const [target, key] = [asked.get('target'), asked.get('key')];
        const change = `${target}/api/windows/${key}/change`;
        const body = JSON.stringify({ expecting: 0, field: 'note', value: 'stolen' });
        const json = { 'Content-Type': 'application/json', 'X-Shotlist-Session': 'guessed' };
        const frame = (id, source) => new Promise((done) => {
          const element = document.createElement('iframe');
          Object.assign(element, { id, name: id });
          element.addEventListener('load', () => done('loaded'), { once: true });
          if (source) element.src = source;
          document.body.append(element);
        });
        const submit = async () => {
          await frame('answer', '');
          const form = Object.assign(document.createElement('form'),
            { method: 'post', action: change, enctype: 'text/plain', target: 'answer' });
          // As text, name=value is a JSON object.
          const field = Object.assign(document.createElement('input'),
            { type: 'hidden', name: body.slice(0, -1) + ',"more":"', value: '"}' });
          form.append(field);
          document.body.append(form);
          const answered = new Promise((done) => {
            document.querySelector('#answer').addEventListener('load', () => done('sent'), { once: true });
          });
          form.submit();
          return answered;
        };
        const all = {
          fetch: reading(`${target}/api/windows`),
          session: reading(`${target}/api/session`),
          silent: reading(`${target}/api/windows`, { mode: 'no-cors', credentials: 'include' }),
          simple: reading(change, { method: 'POST', mode: 'no-cors', body }),
          post: reading(change, { method: 'POST', headers: json, body }),
          undo: reading(`${target}/api/undo`, { method: 'POST', headers: json, body: '{}' }),
          image: loading('img', { src: `${target}/media/preview/${key}` }),
          clip: loading('video', { src: `${target}/media/clip/${key}`, preload: 'auto' }, 'loadedmetadata'),
          script: loading('script', { src: `${target}/assets/text.js`, type: 'text/javascript' }),
          style: loading('link', { rel: 'stylesheet', href: `${target}/assets/style.css` }),
          page: frame('framed', `${target}/`),
          form: submit(),
        };
        Promise.all(Object.entries(all).map(async ([name, result]) => [name, await result]))
          .then((entries) => { window.results = Object.fromEntries(entries); });
        </script></body></html>
        """
}
