import SystemPackage
import Testing

@testable import WikiDumpKit

/// Every code that MediaWiki knows, with the tag that `Language::getHtmlCode` gives and what `Language::normalize` mends, as
/// 1.39 and 1.43 themselves say it.
@Suite struct LanguageCodeTests {
    @Test(arguments: ["1.39", "1.43"])
    func theTagIsThatOfMediaWiki(version: String) throws {
        let path = Fixtures.root.appending("Tests/Fixtures/languages/\(version).txt")
        let lines = try #require(try fileSystem.text(path)).split(separator: "\n")
        #expect(lines.count > 500)
        for line in lines {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            let language = LanguageCode(fields[0], generator: "MediaWiki \(version).7")
            #expect(language.tag == fields[1], "\(line)")
            let fixes: TextFixes = fields[2] == "ar" ? .arabic : fields[2] == "ml" ? .malayalam : []
            // Two languages became relatives of Arabic after 1.39, which does not know them.
            #expect(language.textFixes == fixes, "\(line)")
        }
    }

    @Test func aVersionOfTheirOwnIsUnderstood() {
        #expect(LanguageCode("kk-cn", generator: "MediaWiki 1.47.0-wmf.3").tag == "kk-Arab-CN")
        #expect(LanguageCode("kk-cn", generator: "OurWiki").tag == "kk-CN")
        #expect(LanguageCode("", generator: "").tag.isEmpty)
    }
}
