import Foundation
import Testing

/// `dumpctl verify` of File Exports, and of runs that are not whole.
@Suite(.timeLimit(.minutes(5)))
struct VerifyExportTests {
    /// A File Export of three files. Page 20 has two of them to itself.
    private struct Export {
        let dump: SmallDump
        let names = [
            "w-2026-03-01-p10p10.xml.bz2", "w-2026-03-01-p20r2001r2020.xml.bz2", "w-2026-03-01-p20r2021r2040.xml.bz2",
        ]

        init() throws {
            dump = try SmallDump(pageCount: 2, textSize: 200, huge: 2)
            try FileManager.default.createDirectory(
                at: dump.folder.appendingPathComponent("set"), withIntermediateDirectories: true)
            try write(names[0], dump.pages[0].xml)
            try write(names[1], piece(1..<21))
            try write(names[2], piece(21..<41))
            try sum()
            try Data().write(to: dump.folder.appendingPathComponent("set/_SUCCESS"))
        }

        /// Page 20 with some of its revisions.
        func piece(_ range: Range<Int>) -> String {
            let parts = dump.pages[1].xml.components(separatedBy: "    <revision>\n")
            let text = parts[0] + range.map { "    <revision>\n" + parts[$0] }.joined()
            return text.hasSuffix("  </page>\n") ? text : text + "  </page>\n"
        }

        func write(_ name: String, _ pages: String) throws {
            try dump.write(SmallDump.header + pages + SmallDump.footer, to: "set/" + name)
        }

        func sum() throws {
            let folder = dump.folder.appendingPathComponent("set")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".bz2") }
            let sums = try Tool.run(["sha256sum"] + files.sorted(), in: folder)
            try sums.output.write(to: folder.appendingPathComponent("SHA256SUMS"))
        }

        func verify() async throws -> Dumpctl.Outcome { try await Dumpctl.run(["verify", "set"], in: dump.folder) }
    }

    @Test func aSoundOne() async throws {
        let export = try Export()
        defer { export.dump.remove() }
        let outcome = try await export.verify()
        #expect(outcome.status == 0 && outcome.output.contains("3 agree, 0 disagree"), "\(outcome.output)")
        let json = try await Dumpctl.run(["verify", "set", "--json"], in: export.dump.folder)
        #expect(json.events.first?["pages"] as? Int == 1)
        #expect(json.events.dropLast().compactMap { $0["revisions"] as? Int } == [1, 20, 20])
        // The wrong names of early 2026.
        for (index, name) in ["w-2026-03-01-p20r2001r2001.xml.bz2", "w-2026-03-01-p20r2021r2021.xml.bz2"].enumerated() {
            try FileManager.default.moveItem(
                at: export.dump.folder.appendingPathComponent("set/" + export.names[index + 1]),
                to: export.dump.folder.appendingPathComponent("set/" + name))
        }
        try export.sum()
        let early = try await export.verify()
        #expect(early.status == 0, "\(early.output)")
    }

    @Test func listsBothWays() async throws {
        let export = try Export()
        defer { export.dump.remove() }
        let set = export.dump.folder.appendingPathComponent("set")
        let first = set.appendingPathComponent(export.names[0])
        let aside = export.dump.folder.appendingPathComponent("aside")
        try FileManager.default.moveItem(at: first, to: aside)
        let missing = try await export.verify()
        #expect(
            missing.status == 3
                && missing.output.contains("\(export.names[0])\tthe file is missing, but SHA256SUMS names it"))
        try FileManager.default.moveItem(at: aside, to: first)
        try FileManager.default.copyItem(at: first, to: set.appendingPathComponent("w-2026-03-01-p9p9.xml.bz2"))
        let unlisted = try await export.verify()
        #expect(unlisted.status == 3 && unlisted.output.contains("SHA256SUMS, which names all files, does not name it"))
        #expect(unlisted.output.contains("has the pages 10 to 10, but its name says 9 to 9"), "\(unlisted.output)")
        try FileManager.default.removeItem(at: set.appendingPathComponent("w-2026-03-01-p9p9.xml.bz2"))
        try export.write(export.names[0], export.dump.pages[0].xml.replacing("O&#039;", with: "P&#039;"))
        let changed = try await export.verify()
        #expect(changed.status == 3 && changed.output.contains("but SHA256SUMS says another"), "\(changed.output)")
        try FileManager.default.removeItem(at: set.appendingPathComponent("SHA256SUMS"))
        let early = try await export.verify()
        #expect(early.status == 3 && early.output.contains("the export is not complete"), "\(early.output)")
    }

    @Test func pagesInTwoFiles() async throws {
        let export = try Export()
        defer { export.dump.remove() }
        try export.write(export.names[2], export.piece(20..<41))
        try export.sum()
        let overlap = try await export.verify()
        #expect(
            overlap.status == 3 && overlap.output.contains("begins with revision 2020 of page 20, but "),
            "\(overlap.output)")
        #expect(overlap.output.contains("has the revisions 2020 to 2040, but its name says 2021 to 2040"))
        try export.write(export.names[2], export.piece(21..<41))
        try export.write("w-2026-03-01-p1p30.xml.bz2", export.dump.pages[0].xml + export.piece(1..<3))
        try export.sum()
        let twice = try await export.verify()
        #expect(twice.status == 3, "\(twice.output)")
    }

    /// Each text against the size and the hash beside it.
    @Test func textsThatWereChanged() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let folder = "public/nordwiki/20260102"
        let sound = try await Dumpctl.run(["verify", folder, "--verify-texts"], in: farm.folder)
        #expect(sound.status == 0, "\(sound.output)")
        let dump = "\(folder)/nordwiki-20260102-pages-meta-history.xml.bz2"
        let text = try await Dumpctl.run(["decompress", dump], in: farm.folder).output
        let marked = try #require(text.range(of: "xml:space=\"preserve\">"))
        for (changed, message) in [
            ("x" + text[marked.upperBound...], " bytes, but its attribute bytes is "),
            (
                String(text[marked.upperBound...].first == "x" ? "y" : "x") + text[marked.upperBound...].dropFirst(),
                "the hash of "
            ),
        ] {
            try Data((text[..<marked.upperBound] + changed).utf8).write(to: farm.url("changed.xml"))
            let check = ["check-truncation", "--full", "changed.xml"]
            #expect(try await Dumpctl.run(check, in: farm.folder).status == 0)
            let outcome = try await Dumpctl.run(check + ["--verify-texts"], in: farm.folder)
            #expect(outcome.status == 3 && outcome.output.contains("bad\tchanged.xml\trevision "), "\(outcome.output)")
            #expect((outcome.output + outcome.error).contains(message), "\(outcome.output)\(outcome.error)")
        }
        // Without its certificate and its lists, nothing else tells of it.
        let folderOfRun = farm.url(folder)
        for name in farm.names(folder)
        where name.contains("pages-articles.xml") || name.contains("sums") || name == "SHA256SUMS" {
            if name.hasSuffix("pages-articles.xml.bz2") { continue }
            try FileManager.default.removeItem(at: folderOfRun.appendingPathComponent(name))
        }
        let articles = "\(folder)/nordwiki-20260102-pages-articles.xml.bz2"
        let old = try await Dumpctl.run(["decompress", articles], in: farm.folder).output
        let place = try #require(old.range(of: "xml:space=\"preserve\">"))
        try Data((old[..<place.upperBound] + "x" + old[place.upperBound...]).utf8).write(to: farm.url("changed.xml"))
        #expect(try Tool.run(["sh", "-c", "bzip2 -c changed.xml > \(articles)"], in: farm.folder).status == 0)
        let verified = try await Dumpctl.run(["verify", folder], in: farm.folder)
        #expect(verified.status == 3 && verified.output.contains("but its attribute bytes is "), "\(verified.output)")
        #expect(try await Dumpctl.run(["verify", folder, "--no-verify-texts"], in: farm.folder).status == 0)
        let hidden = text.replacing(/<text [^>]*>[^<]*<\/text>/, with: "<text deleted=\"deleted\" />")
        try Data(hidden.utf8).write(to: farm.url("changed.xml"))
        let told = try await Dumpctl.run(
            ["check-truncation", "--full", "--verify-texts", "--json", "changed.xml"], in: farm.folder)
        let remarks = try #require(told.events.first?["remarks"] as? [String])
        #expect(remarks.contains { $0.hasPrefix("all ") && $0.hasSuffix(" texts are hidden") }, "\(remarks)")
    }

    /// A run that has not done everything is not one that agrees.
    @Test func aRunWithoutSomeOfItsFiles() async throws {
        let farm = try await DemoFarm(dumped: ())
        defer { farm.remove() }
        let folder = "public/nordwiki/20260102"
        #expect(try await Dumpctl.run(["verify", folder], in: farm.folder).status == 0)
        let info = try farm.text(folder + "/dumpruninfo.txt")
        let changed = info.replacing("name:xmlstubsdump; status:done", with: "name:xmlstubsdump; status:failed")
        try #require(changed != info)
        try Data(changed.utf8).write(to: farm.url(folder + "/dumpruninfo.txt"))
        let outcome = try await Dumpctl.run(["verify", folder], in: farm.folder)
        #expect(outcome.status == 3)
        #expect(outcome.output.contains("the job xmlstubsdump is failed, so its files are missing or not all there"))
    }
}
