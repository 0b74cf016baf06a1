import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct SiteInfoAnswerTests {
    private static let properties = ["general", "namespaces", "namespacealiases", "magicwords"]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func read(_ path: String) throws -> [UInt8] {
        try fileSystem.read(FilePath(Self.root.appending(path: path).path))
    }

    /// Members of objects in one order, as the order says nothing; but keeps that of lists.
    private func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(
                members.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, sorted($0.value)) })
        case .array(let elements): .array(elements.map(sorted))
        default: value
        }
    }

    @Test(arguments: [
        ("Examples/demo/wikis/demowiki.siteinfo.json", 2, "Tests/Fixtures/demowiki/siteinfo.1.json", 1),
        ("Examples/demo/wikis/nordwiki.siteinfo.json", 1, "Tests/Fixtures/nordwiki/siteinfo.2.json", 2),
    ]) func oneFormatIsToldInTheOther(path: String, version: Int, other: String, otherVersion: Int) throws {
        let (one, two) = (try read(path), try read(other))
        let answer = try SiteInfoAnswer(one, of: "one")
        #expect(answer.version == version)
        let told = try answer.text(of: SiteInfoRequest(properties: Self.properties, formatVersion: otherVersion))
        #expect(sorted(try JSONValue(parsing: told)) == sorted(try JSONValue(parsing: two)))
        let same = try answer.text(of: SiteInfoRequest(properties: Self.properties, formatVersion: version))
        #expect(try JSONValue(parsing: same) == JSONValue(parsing: one))
        let back = try SiteInfoAnswer(told, of: "told").text(
            of: SiteInfoRequest(properties: Self.properties, formatVersion: version))
        #expect(sorted(try JSONValue(parsing: back)) == sorted(try JSONValue(parsing: one)))
    }

    @Test(arguments: [
        ("<html>503 Service Unavailable</html>", "not JSON"), ("{}", "has no “query”"), ("[]", "has no “query”"),
        (#"{"error": {"code": "readapidenied", "info": "You need read permission"}}"#, "You need read permission"),
        (#"{"query": {"general": {}, "namespaces": {}}}"#, "lacks namespacealiases, magicwords"),
        (#"{"query": {"general": null}}"#, "lacks general"),
    ]) func whatIsNoAnswerIsRefused(text: String, part: String) {
        let error = #expect(throws: DumpError.self) {
            try SiteInfoAnswer(Array(text.utf8), of: "it").text(
                of: SiteInfoRequest(properties: Self.properties, formatVersion: 2))
        }
        #expect(error?.code == .outputBad)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func anUnknownPropertyStaysInItsFormat() throws {
        let answer = try SiteInfoAnswer(
            Array(#"{"batchcomplete": "", "query": {"skins": [{"*": "x"}]}}"#.utf8), of: "it")
        #expect(
            String(
                decoding: try answer.text(of: SiteInfoRequest(properties: ["skins"], formatVersion: 1)), as: UTF8.self)
                == #"{"batchcomplete": "", "query": {"skins": [{"*": "x"}]}}"#)
        #expect(throws: DumpError.self) {
            try answer.text(of: SiteInfoRequest(properties: ["skins"], formatVersion: 2))
        }
    }
}
