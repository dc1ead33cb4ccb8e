import Foundation
import ShotlistCatalog
import TestBrowser
import TestRecords
import Testing

@Suite("One window in a browser", .serialized)
struct WindowBrowserTests {
    /// A record with every kind of caption.
    private static func spoken() throws -> RecordedOutput {
        let output = try RecordedOutput()
        let long = String(repeating: "A red ball rolls over the green grass, and a dog runs after it. ", count: 12)
        let window: [String: Any] = [
            "start_frame": 0, "end_frame": 47, "status": "success", "model_id": "demo", "flags": ["repeating"],
            "demo_caption": "Model: " + long, "llm_enhanced_caption": "Enhanced: " + long,
            "named_captions": ["camera": [String: Any](), "mood": [String: Any]()],
            "demo_caption_camera": "Camera: " + long, "demo_caption_mood": "Mood: " + long,
        ]
        let record: [String: Any] = [
            "span_uuid": RecordedOutput.clip(1), "source_video": "videos/a.mp4", "duration_span": [0, 2],
            "width_source": 320, "height_source": 180, "framerate_source": 24.0, "windows": [window], "valid": true,
        ]
        let data = try JSONSerialization.data(withJSONObject: record)
        try output.write(data, to: "metas/v0/\(RecordedOutput.clip(1)).json")
        return output
    }

    @Test(
        "the frames that the model saw are the video's, with their exact times; else it says that they are the clip's")
    func frames() async throws {
        let output = try RecordedOutput()
        let (video, shown) = (ColouredVideo(varies: true), [0, 5, 17, 40])
        let path = output.folder.appending(path: "source.mp4").path
        try video.draw(at: path)
        try video.record(path, from: 20, shown: shown, in: output)
        let clip = output.folder.appending(path: "clips/\(RecordedOutput.clip(ColouredVideo.number)).mp4")
        try ColouredVideo(shift: 100).draw(at: clip.path)
        let drawn = "document.querySelectorAll('#detail canvas[data-drawn]').length === 4"
        let middles = """
            return [...document.querySelectorAll('#detail canvas[data-drawn]')].map((c) =>
              [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3))
            """
        try await ServedReview.with(try await ReviewedOutput(output: output)) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#detail .frames summary')")
            try await page.click("#detail .frames summary")
            try await page.wait(until: drawn)
            let colours = try await page.run(middles, as: [[Int]].self)
            #expect(colours.map { ColouredVideo.number(of: $0) } == shown.map { 20 + $0 })
            // Frames 20, 25, 37 and 60 of this video.
            #expect(
                try await review.texts("#detail .frame .time") == ["0:02.400", "0:03.500", "0:06.956", "0:16.800"])
            #expect(
                try await review.texts("#detail .frames-of").first?.hasPrefix("These are frames of the video") == true)
            try await review.picture("review-frames")
            try FileManager.default.removeItem(atPath: path)
            try await page.press(BrowserPage.Key.escape)
            try await page.wait(until: "document.querySelector('#detail').hidden")
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#detail .frames summary')")
            try await page.click("#detail .frames summary")
            try await page.wait(until: drawn)
            let ofClip = try await page.run(middles, as: [[Int]].self)
            #expect(ofClip.map { ColouredVideo.number(of: $0) } == shown.map { 100 + $0 })
            #expect(try await review.texts("#detail .frames-of").first?.contains("the clip's own file") == true)
        }
    }

    @Test("a browser keeps its reviewer's name, signs with it, and says who edited a caption and when")
    func names() async throws {
        let reviewed = try await ReviewedOutput()
        let last = try #require(try await reviewed.catalog.windows().last)
        _ = try await reviewed.catalog.change(last.key, .rating(5), expecting: 0)
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.wait(until: "document.querySelector('#person').textContent === 'Name: Ada'")
            try await page.click("#person")
            _ = try await page.run(
                "document.querySelector('#person-name').value = ''; return true", as: Bool.self)
            try await page.type("Grace Hopper", into: "#person-name")
            try await page.click("#person-save")
            try await page.open(review.address)
            try await page.wait(until: "document.querySelector('#rows li.shot[data-key]')")
            #expect(try await review.texts("#person") == ["Name: Grace Hopper"])
            // Ada's change is not hers to take back.
            try await page.press("u")
            try await page.wait(until: "document.querySelector('#said').textContent.includes('nothing to undo')")
            try await page.press("e")
            try await page.wait(until: "document.activeElement.id === 'caption'")
            try await page.press(" Slowly.")
            try await page.pressWithControl(BrowserPage.Key.enter)
            let says =
                "/^Edited by Grace Hopper, .*[0-9]+:[0-9]{2}/.test(document.querySelector('#edited-by').textContent)"
            try await page.wait(until: says)
            let marked = "document.querySelector('li.shot.current .chip.edited')?.textContent"
            try await page.wait(until: "\(marked)?.startsWith('Edited by Grace Hopper, ')")
        }
        #expect(try await reviewed.catalog.windows(limit: 1).first?.review.captionBy == "Grace Hopper")
        #expect(try await reviewed.catalog.window(last.key)?.review.rating == 5)
    }

    @Test("the difference between any two of three texts is shown")
    func differences() async throws {
        let output = try RecordedOutput()
        try output.add(1, captions: ["A red ball rolls."], enhanced: "A red cube rolls slowly.")
        let reviewed = try await ReviewedOutput(output: output)
        let key = try #require(try await reviewed.catalog.windows().first?.key)
        _ = try await reviewed.catalog.change(key, .caption("One red cube stands."), expecting: 0)
        let read = """
            const [from, to] = document.querySelectorAll('#detail .compare select');
            const text = (names) => [...document.querySelectorAll('#detail .compare .diff > *')]
              .filter((e) => names.includes(e.localName)).map((e) => e.textContent).join('');
            const found = [];
            for (const one of from.options) for (const other of to.options) {
              if (one.value === other.value) continue;
              from.value = one.value;
              to.value = other.value;
              to.dispatchEvent(new Event('change'));
              const kinds = ['del', 'ins'].filter((name) => document.querySelector(`#detail .compare .diff ${name}`));
              found.push([text(['span', 'del']), text(['span', 'ins']), kinds.join(' ')]);
            }
            return found
            """
        try await ServedReview.with(reviewed) { review async throws in
            let page = review.page
            try await page.press("o")
            try await page.wait(until: "document.querySelector('#detail .past summary')")
            try await page.click("#detail .past summary")
            let found = try await page.run(read, as: [[String]].self)
            let texts = ["A red ball rolls.", "A red cube rolls slowly.", "One red cube stands."]
            for before in texts {
                for after in texts where before != after {
                    #expect(
                        found.contains { $0[0] == before && $0[1] == after && $0[2] == "del ins" }, "\(before) \(after)"
                    )
                }
            }
            try await review.picture("review-history")
        }
    }

    @Test("every kind of caption has a line in the list and in the grid", arguments: ["", "g"])
    func lines(_ key: String) async throws {
        try await ServedReview.with(try await ReviewedOutput(output: try Self.spoken())) { review async throws in
            let page = review.page
            if !key.isEmpty { try await page.press(key) }
            let seen = """
                return [...document.querySelectorAll('#rows .words > p')].filter((line) => {
                  const [own, row] = [line.getBoundingClientRect(), line.closest('li').getBoundingClientRect()];
                  return own.height >= 14 && own.top >= row.top && own.bottom <= row.bottom;
                }).map((line) => line.textContent.split(': ')[0])
                """
            let captions = try await page.run(seen, as: [String].self)
            #expect(captions == ["Enhanced", "caption Model", "camera Camera", "mood Mood"])
            try await review.picture("review-lines\(key)")
        }
    }

    @Test("a preview that there is none of, that went or that is no picture is said to be missing")
    func previews() async throws {
        let output = try ReviewedOutput.records()
        try output.write(Data("RIFF".utf8), to: "previews/\(RecordedOutput.key(1)).webp")
        try output.write(Data("RIFF".utf8), to: "previews/\(RecordedOutput.key(2)).webp")
        let reviewed = try await ReviewedOutput(output: output)
        let gone = output.folder.appending(path: "previews/\(RecordedOutput.key(2)).webp")
        try FileManager.default.removeItem(at: gone)
        #expect(try await reviewed.catalog.windows().filter(\.hasPreview).count == 2)
        try await ServedReview.with(reviewed) { review async throws in
            let all = "[...document.querySelectorAll('#rows .preview')]"
            try await review.page.wait(until: "\(all).every((e) => e.textContent === 'Preview missing')")
            // The one that went and the one that is no picture are the first of two clips, and in view.
            #expect(try await review.texts("#rows .preview").count >= 4)
        }
    }
}
