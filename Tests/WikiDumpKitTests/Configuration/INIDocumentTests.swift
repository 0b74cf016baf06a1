import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct INIDocumentTests {
    private func parse(_ text: String) throws -> INIDocument {
        try INIDocument(parsing: Array(text.utf8), file: "f.conf")
    }

    @Test(arguments: [
        ("[a]\nkey = value", "value"),
        ("[a]\nKEY: value", "value"),
        ("[a]\nkey=a=b:c", "a=b:c"),
        ("[a]\nkey=", ""),
        ("  [a]\n  key = x  ", "x"),
        ("[a]\nkey=3 # no comment", "3 # no comment"),
        ("[a]\n# key=1\n; key=2\nkey=3\n#key=4", "3"),
        ("[a]\nkey=1\n  two\n\tthree\nother=x", "1\ntwo\nthree"),
        ("[a]\nkey=1\n\n  two\n\nother=x", "1\n\ntwo"),
        ("[a]\nkey=1\n  # left out\n  two", "1\ntwo"),
        ("[a]\nkey=1\nkey=2", "2"),
        ("[a]\nkey=1\n[b]\nkey=9\n[a]\nother=2", "1"),
        ("[a]\nkey=1\n[a]\nKey=2", "2"),
        ("\u{FEFF}[a]\r\nkey=1\r\n  two\r\n", "1\ntwo"),
        ("[a] # comment\nkey=x", "x"),
        ("[a]\nkey=ünï", "ünï"),
    ]) func value(text: String, expected: String) throws {
        #expect(try parse(text).value("key", in: "a")?.text == expected)
    }

    @Test(arguments: [
        ("key=1", 1), ("[a]\nnothing here", 2), ("[a]\n[b", 2), ("[a]\n=1", 2), ("[a] key=1", 1), ("[]\nkey=1", 1),
        ("[a]\nkey=1\n\u{B}\nother", 4),
    ]) func syntaxError(text: String, line: Int) {
        let error = dumpError { _ = try parse(text) }
        #expect(error?.code == .configuration)
        #expect(error?.message.hasPrefix("f.conf:\(line): ") == true, "\(error?.message ?? "")")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test(arguments: [0xFF, 0] as [UInt8]) func bytesThatAreNoText(byte: UInt8) {
        let error = dumpError { _ = try INIDocument(parsing: [0x5B, 0x61, 0x5D, 0x0A, byte], file: "f.conf") }
        #expect(error?.message.hasPrefix("f.conf:2: ") == true)
    }

    @Test func sectionNamesKeepTheirCase() throws {
        let document = try parse("[A]\nk=1\n[a]\nk=2")
        #expect(document.value("k", in: "A")?.text == "1")
        #expect(document.value("k", in: "a")?.text == "2")
    }

    @Test func placesAreKept() throws {
        let document = try parse("\n[a]\n\n# x\nkey=1\n more\nother=2")
        #expect(document.value("key", in: "a")?.place.description == "f.conf:5")
        #expect(document.value("other", in: "a")?.place.line == 7)
        #expect(document.sections["a"]?.place.line == 2)
    }

    @Test func defaultIsSeenFromEverySectionThatExists() throws {
        let document = try parse("[DEFAULT]\nk=1\n[a]\nx=1")
        #expect(document.value("k", in: "a")?.text == "1")
        #expect(document.value("k", in: "b") == nil)
    }

    @Test func overlayWinsOptionByOption() throws {
        var document = try parse("[a]\nx=1\ny=1")
        document.overlay(try INIDocument(parsing: Array("[a]\ny=2\n[b]\nz=3".utf8), file: "g.conf"))
        #expect(document.value("x", in: "a")?.text == "1")
        #expect(document.value("y", in: "a")?.text == "2")
        #expect(document.value("y", in: "a")?.place.file == "g.conf")
        #expect(document.value("z", in: "b")?.text == "3")
    }
}

@Suite struct INIInterpolationTests {
    private func expand(_ text: String, _ value: String) throws(ValueFailure) -> String {
        let document = (try? INIDocument(parsing: Array(text.utf8), file: "f")) ?? INIDocument()
        return try INIInterpolation(document: document).expand(value, in: "a")
    }

    @Test(arguments: [
        ("[a]\nx=1", "%(x)s/%(X)s", "1/1"),
        ("[DEFAULT]\nbase=/srv\n[a]\nx=%(base)s/x", "%(x)s/y", "/srv/x/y"),
        ("[a]", "100%%", "100%"),
        ("[a]\nx=1", "%%(x)s", "%(x)s"),
    ]) func expands(text: String, value: String, expected: String) throws {
        #expect(try expand(text, value) == expected)
    }

    @Test(arguments: [
        ("[a]", "50%"), ("[a]", "%(x)s"), ("[a]\nx=1", "%(x)"), ("[a]\nx=%(y)s\ny=%(x)s", "%(x)s"), ("[a]", "%"),
    ])
    func refuses(text: String, value: String) {
        #expect(throws: ValueFailure.self) { try expand(text, value) }
    }

    /// Ten lines that would become more than any memory holds, and lines that become nothing, but not soon.
    @Test(.timeLimit(.minutes(1)), arguments: [String(repeating: "x", count: 100), ""])
    func refusesWhatGrowsWithoutEnd(_ last: String) {
        let lines = (0..<9).map { "k\($0)=" + String(repeating: "%(k\($0 + 1))s", count: 30) }
        let error = #expect(throws: ValueFailure.self) {
            try expand("[a]\n" + lines.joined(separator: "\n") + "\nk9=\(last)", "%(k0)s")
        }
        #expect(error?.message.contains("too long") == true)
    }

    @Test func builtInDefaultsCanBeReferred() throws {
        let document = try INIDocument(parsing: Array("[output]\nx=1".utf8), file: "f")
        #expect(
            try INIInterpolation(document: document).expand("%(public)s/a", in: "output") == "/dumps/public/a")
    }
}
