import SystemPackage

@testable import WikiDumpKit

/// The pages for people: templates of the operator, and what others have written on the pages.
enum TemplateChecks {
    private static let usual = try? TemplateRenderer()

    /// A template is refused or makes a page, of a size in proportion.
    static func run(_ data: [UInt8]) throws {
        // A page for one job and one file: what a template repeats for each of many, it may repeat.
        let file = FileRecord(name: "pages-articles.xml.bz2", size: 1, isComplete: true)
        let job = JobRecord(name: "articlesdump", title: "Articles", status: .done, files: [file])
        let run = try StatusChecks.run([job])
        for name in ["report.html", "job.html", "footer.html"] {
            let disk = try FileSystem.holding([name: data])
            guard let renderer = try? TemplateRenderer(templateDirectory: "/farm", on: disk) else { continue }
            let page = try renderer.runPage(run, farm: StatusChecks.farm)
            try require(page.count <= 1 << 26, "a page of \(page.count) bytes")
        }
    }

    /// The page of a run has no other tags than that of a run without any texts.
    static func checkPage(of run: RunRecord) throws {
        guard let usual else { throw Violation(description: "the templates of the program are refused") }
        let page = try usual.runPage(run, farm: StatusChecks.farm)
        let strange = tags(in: page).subtracting(known)
        try require(strange.isEmpty, "a text became a tag of the page: \(strange)")
    }

    /// The tags of the templates.
    private static let known = TemplateRenderer.builtIn.values.reduce(into: Set<String>()) {
        $0.formUnion(tags(in: Array($1.utf8)))
    }

    /// The names of all tags in a text.
    static func tags(in text: [UInt8]) -> Set<String> {
        var names: Set<String> = []
        var rest = text[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(start + 1)...]
            let name = rest.drop { $0 == UInt8(ascii: "/") }.prefix {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
            }
            if !name.isEmpty { names.insert(String(decoding: name, as: UTF8.self).lowercased()) }
        }
        return names
    }
}
