import Foundation
import ShotlistStorage
import Testing

@Suite("A server's XML")
struct AnswerTests {
    @Test("is read with its entities, and nothing but elements and text")
    func elements() throws {
        let text = """
            <?xml version="1.0"?><L xmlns="x"><a:Key>1 &lt;&amp;&#34;&#x41;</a:Key><Empty/><In><Key>2</Key></In><Key>3</Key></L>
            """
        let root = try #require(XMLElements.root(of: Data(text.utf8)))
        #expect(root.name == "L" && root["Key"] == "1 <&\"A" && root["Empty"] == "")
        #expect(root.all("Key").map(\.text) == ["1 <&\"A", "3"])
        #expect(root.all("In").first?["Key"] == "2")
    }

    @Test(
        "that is cut, nested without end or has a document type is none",
        arguments: [
            "", "x", "<a>", "<a><b></a", "</a>", "<a>&x;</a>", "<a>&amp</a>", "<a>&#xD800;</a>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            String(repeating: "<a>", count: 100_000),
        ])
    func none(_ text: String) {
        #expect(XMLElements.root(of: Data(text.utf8)) == nil)
    }
}
