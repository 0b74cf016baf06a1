import Synchronization
import SystemPackage
import Testing
import WikiDumpKitTesting

@testable import WikiDumpKit

@Suite struct TemplateRendererTests {
    @Test func keepsTheRules() async throws { try await IndexRendererConformance(TemplateRenderer()).check() }

    @Test func theRulesCatchARendererThatBreaksThem() async throws {
        struct Leaky: IndexRenderer {
            let good: TemplateRenderer
            let bad: String
            func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
                Array(bad.utf8) + (try good.runPage(run, farm: farm))
            }
            func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]
            {
                var site = site
                for index in site.entries.indices { site.entries[index].isPrivate = false }
                return try good.siteIndex(site, order: order, farm: farm)
            }
        }
        let good = try TemplateRenderer()
        for bad in ["", "<script>alert", "\"\u{301}", "\u{0}"] {
            await #expect(throws: ConformanceViolation.self) {
                try await IndexRendererConformance(Leaky(good: good, bad: bad)).check()
            }
        }
    }

    /// Pages must not depend on anything but the record, such as a counter or the clock.
    @Test(arguments: [false, true])
    func theRulesCatchPagesThatDiffer(isAboutTheIndex: Bool) async throws {
        final class Moody: IndexRenderer {
            let good: TemplateRenderer
            let isAboutTheIndex: Bool
            let count = Atomic(0)
            init(good: TemplateRenderer, isAboutTheIndex: Bool) {
                (self.good, self.isAboutTheIndex) = (good, isAboutTheIndex)
            }
            private func changing(_ page: [UInt8]) -> [UInt8] {
                page + "<!-- \(count.add(1, ordering: .relaxed).newValue) -->".utf8
            }
            func runPage(_ run: RunRecord, farm: FarmSettings) throws(DumpError) -> [UInt8] {
                let page = try good.runPage(run, farm: farm)
                return isAboutTheIndex ? page : changing(page)
            }
            func siteIndex(_ site: SiteRecord, order: SiteRecord.Order, farm: FarmSettings) throws(DumpError) -> [UInt8]
            {
                let page = try good.siteIndex(site, order: order, farm: farm)
                return isAboutTheIndex ? changing(page) : page
            }
        }
        let moody = Moody(good: try TemplateRenderer(), isAboutTheIndex: isAboutTheIndex)
        let violation = await #expect(throws: ConformanceViolation.self) {
            try await IndexRendererConformance(moody).check()
        }
        let subject = isAboutTheIndex ? "farm" : "run"
        #expect(
            violation?.description.contains("the same \(subject) gives the same page") == true, "\(violation as Any)")
    }

    @Test func linksWorkFromDisk() throws {
        let farm = try TemporaryFarm()
        var run = Sample.run([Sample.job("a", .done, files: ["1.gz"])])
        run.previous = Sample.date("20261101")
        let page = text(try TemplateRenderer().runPage(run, farm: farm.settings))
        #expect(
            page.contains("<li class='file'><a href=\"testwiki-20261124-1.gz\">testwiki-20261124-1.gz</a> 10 KB</li>"))
        #expect(page.contains("<a href=\"../20261101/index.html\">Last dumped on 2026-11-01</a>"))
        #expect(page.contains("<a href=\"testwiki-20261124-sha256sums.txt\">(sha256)</a>"))
        #expect(page.contains("<a href=\"../../index.html\">"))
        #expect(
            page.contains(
                "<li class='done'><span class='updates'>2026-11-24 02:14:32</span> <span class='status'>done</span> "
                    + "<span class='title'>The a &amp; more</span>"))
        #expect(page.contains("<a href=\"../index.html\">All runs of testwiki</a>"))
        #expect(!page.contains("src="), "everything is in the page")
        #expect(!page.contains("://"), "no address leads to another host")
    }

    @Test func aFolderReplacesSingleTemplates() throws {
        let farm = try TemporaryFarm()
        let folder = farm.root.appending("templates")
        try fileSystem.makeDirectory(folder)
        try fileSystem.write(Array("<p>{{db}}: {{#jobs}}[{{>job}}]{{/jobs}}".utf8), to: folder.appending("report.html"))
        try fileSystem.write(Array("{{name}}".utf8), to: folder.appending("job.html"))
        let renderer = try TemplateRenderer(templateDirectory: folder)
        let run = Sample.run([Sample.job("a", .done), Sample.job("b", .failed)])
        #expect(text(try renderer.runPage(run, farm: farm.settings)) == "<p>testwiki: [b][a]")
        let site = SiteRecord(status: "idle", entries: [], updated: Sample.time)
        #expect(text(try renderer.siteIndex(site, order: .date, farm: farm.settings)).contains("There are no wikis"))
    }

    @Test func theBuiltInTemplatesAreGoodReplacements() throws {
        let farm = try TemporaryFarm()
        for (name, text) in TemplateRenderer.builtIn {
            try fileSystem.write(Array(text.utf8), to: farm.root.appending(name), durable: false)
        }
        let (own, built) = (try TemplateRenderer(templateDirectory: farm.root), try TemporaryFarm.makeRenderer())
        #expect(try own.runPage(Sample.three, farm: farm.settings) == built.runPage(Sample.three, farm: farm.settings))
        #expect(TemplateRenderer.builtIn.count == 12)
    }

    @Test(arguments: [
        ("a\n\nb {{#x}} c\n", "report.html:4:1: a section is not closed"),
        ("a\nbc {{x", "report.html:2:"), ("a\n{{#x}}{{/y}}", "report.html:2:10"),
        ("<h1>%(db)s</h1>", "report.html:1:1: this is a template in Python's %(name)s style"),
    ])
    func badTemplates(_ template: String, _ expected: String) throws {
        let farm = try TemporaryFarm()
        try fileSystem.write(Array(template.utf8), to: farm.root.appending("report.html"))
        let error = #expect(throws: DumpError.self) { try TemplateRenderer(templateDirectory: farm.root) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(expected) == true, "\(String(describing: error))")
        #expect(error?.remedy.isEmpty == false)
    }

    @Test(arguments: [
        ["report.html": "{{>report}}"], ["job.html": "{{> footer }}", "footer.html": "{{#x}}\n  {{>job}}\n{{/x}}"],
        ["style.css": "{{=<% %>=}}<%>style%>"], ["footer.html": "{{<footer}}{{/footer}}"],
        ["footer.html": "{{>*wiki}}"],
    ])
    func templatesThatIncludeThemselvesAreRefused(_ templates: [String: String]) throws {
        let farm = try TemporaryFarm()
        for (name, text) in templates { try fileSystem.write(Array(text.utf8), to: farm.root.appending(name)) }
        let error = #expect(throws: DumpError.self) { try TemplateRenderer(templateDirectory: farm.root) }
        #expect(error?.code == .configuration)
    }

    @Test func aMissingFolderIsNamed() throws {
        let error = #expect(throws: DumpError.self) { try TemplateRenderer(templateDirectory: "/nowhere/templates") }
        #expect(error?.description.contains("/nowhere/templates") == true)
    }

    @Test(arguments: [
        ("plain é", "plain é"), ("\"\u{301}", "\"\u{25CC}\u{301}"), ("\u{600}<", "\u{600}\u{25CC}<"),
        ("<\u{200D}", "<\u{25CC}\u{200D}"), ("a\u{0}b\u{85}", "a\u{FFFD}b\u{FFFD}"), ("1\r\n2", "1\r\n2"),
    ])
    func textForTemplates(_ given: String, _ expected: String) {
        #expect(Array(templateText(given).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(arguments: [
        ("a-B_1.gz", "a-B_1.gz"), ("javascript:x", "javascript%3Ax"), ("é/..", "%C3%A9%2F.."), ("\n", "%0A"),
    ])
    func addressParts(_ given: String, _ expected: String) { #expect(addressPart(given) == expected) }
}
