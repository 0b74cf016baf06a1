import Foundation
import Testing

@testable import WikiDumpKit

@Suite struct JSONValueTests {
    @Test func writesLikePython() {
        let value: JSONValue = [
            "b": ["n": 1, "a": .array([.null, .bool(true), .raw(Array("{}".utf8))])],
            "a": "x\"\\/\n\u{1}\u{7F}é\u{1F600}",
        ]
        #expect(
            text(value.bytes)
                == #"{"b": {"n": 1, "a": [null, true, {}]}, "a": "x\"\\/\n\u0001\u007f\u00e9\ud83d\ude00"}"#)
    }

    @Test func readsWhatItWrites() throws {
        let value: JSONValue = [
            "k\u{1F600}": .array([.integer(-12), .number("1.5e3"), .string("é\"\u{0}z"), .bool(false), [:]])
        ]
        #expect(try JSONValue(parsing: value.bytes) == value)
        #expect(try JSONValue(parsing: Array(" [ 1 , \"\u{e9}\\u00e9\" ] \n".utf8)) == .array([1, "éé"]))
    }

    @Test(arguments: [
        "", "{", "{\"a\"}", "[1,]", "01", "1.", "\"a", "\"\\x\"", "\"\\u12g4\"", "{} x", "tru", "nan", "\"\u{1}\"",
        String(repeating: "[", count: 1000),
    ])
    func refusesWhatIsNoJSON(_ text: String) {
        #expect(throws: DumpError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func agreesWithAnotherReader() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let scalars = (0..<20).map { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FFFF, using: &generator)) ?? "x" }
            var string = String.UnicodeScalarView()
            string.append(contentsOf: scalars)
            let bytes = JSONValue.array([.string(String(string))]).bytes
            let other = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String])
            #expect(Array(other[0].unicodeScalars) == scalars)
            let own = try JSONValue(parsing: bytes)
            #expect(own == .array([.string(String(string))]), "\(text(bytes))")
        }
    }
}
