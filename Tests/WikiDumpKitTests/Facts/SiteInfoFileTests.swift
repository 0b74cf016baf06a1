import Foundation
import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct SiteInfoFileTests {
    private func read(_ text: String) throws -> SiteInfo {
        let file = FileManager.default.temporaryDirectory.appending(path: "siteinfo-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        return try SiteInfoFile(FilePath(file.path)).ask().siteInfo
    }

    private static let general = """
        "general":{"mainpage":"Main Page","base":"http:\\/\\/wiki.example\\/Main_Page","sitename":"A \\u0026 \\ud83d\\ude00",
        "generator":"MediaWiki 1.39.17","case":"first-letter","lang":"en","wikiid":"testwiki","readonly":false}
        """

    /// Format 1 names a namespace under "*", format 2 under "name"; the order in the file does not matter.
    @Test(arguments: ["*", "name"])
    func readsBothFormats(key: String) throws {
        let info = try read(
            """
            {"batchcomplete":"","query":{\(Self.general),"namespaces":{
            "2300":{"id":2300,"case":"case-sensitive","\(key)":"Gadget_x","canonical":"Gadget"},
            "0":{"id":0,"case":"first-letter","content":"","\(key)":""},
            "-2":{"id":-2,"case":"first-letter","\(key)":"Media"}}}}
            """)
        #expect(
            info
                == SiteInfo(
                    siteName: "A & 😀", databaseName: "testwiki", base: "http://wiki.example/Main_Page",
                    generator: "MediaWiki 1.39.17", capitalization: "first-letter", language: "en",
                    namespaces: [
                        SiteInfo.Namespace(id: -2, name: "Media", capitalization: "first-letter"),
                        SiteInfo.Namespace(id: 0, name: "", capitalization: "first-letter"),
                        SiteInfo.Namespace(id: 2300, name: "Gadget x", capitalization: "case-sensitive"),
                    ]))
    }

    @Test(arguments: [
        ("{\"query\":{}}", "query.general"),
        ("{\"query\":{\(general)}}", "query.namespaces"),
        ("{\"query\":{\(general),\"namespaces\":{}}}", "query.namespaces.0"),
        ("{\"query\":{\(general),\"namespaces\":{\"0\":{\"id\":0,\"*\":\"\"}}}}", "query.namespaces.0.case"),
        (
            "{\"query\":{\"general\":{\"lang\":\"en\",\"generator\":\"MediaWiki\",\"wikiid\":\"w\",\"sitename\":1},\"namespaces\":{}}}",
            "query.general.sitename"
        ),
        ("{\"error\":{\"code\":\"readapidenied\",\"info\":\"You need read permission\"}}", "You need read permission"),
        ("{\n\"query\":\n{,}}", "byte 12"),
        ("", "byte 0"),
        ("[1,2", "byte 4"),
    ])
    func namesFileAndKey(text: String, words: String) throws {
        let error = try #require(throws: DumpError.self) { _ = try read(text) }
        #expect(error.code == .configuration)
        #expect(error.message.contains(words) && error.message.contains("siteinfo-"), "\(error)")
        #expect(!error.remedy.isEmpty)
    }

    /// MediaWiki adds the prefix of the tables to the name of the database here, but not in an export.
    @Test(arguments: [("", "testwiki"), ("mw_", "testwiki"), ("wiki", "testwiki")])
    func thePrefixOfTheTablesIsNoPartOfTheName(prefix: String, name: String) throws {
        let general = Self.general.replacing(
            "testwiki", with: prefix == "mw_" ? "testwiki-mw_" : "testwiki")
        let text = #"{"query":{\#(general),"namespaces":{"0":{"id":0,"case":"first-letter","*":""}}}}"#
        let answer = try SiteInfoAnswer(Array(text.utf8), of: "it")
        #expect(try answer.siteInfo(tablePrefix: prefix).databaseName == name)
    }

    @Test(arguments: ["01", "1.", "1e", "\"\\x\"", "\"\u{1}\"", "{\"a\" 1}", "[1 2]", "nul", "1 2", "\"\\u12\""])
    func refusesWhatIsNoJSON(text: String) {
        #expect(throws: DumpError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test func refusesBottomlessNesting() {
        #expect(throws: DumpError.self) {
            try JSONValue(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000))
        }
    }
}
