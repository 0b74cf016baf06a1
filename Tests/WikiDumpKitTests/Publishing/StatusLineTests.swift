import SystemPackage
import Testing

@testable import WikiDumpKit

@Suite struct StatusLineTests {
    let farm = FarmSettings(publicTree: "/p", privateTree: "/q", temporaryTree: "/t")

    func html(_ run: RunRecord) -> String { text(StatusLine.html(run, farm: farm)) }

    @Test func finishedRuns() {
        let link = #"<li>2026-11-24 02:14:32 <a href="testwiki/20261124">testwiki</a>"#
        let (done, failed, waiting) = (Sample.job("a", .done), Sample.job("b", .failed), Sample.job("c", .waiting))
        #expect(html(Sample.run([done])) == link + ": <span class='done'>Dump complete</span></li>\n")
        #expect(
            html(Sample.run([done, failed, failed, failed]))
                == link + ": <span class='done failed'>Dump complete, 3 items failed</span></li>\n")
        #expect(
            html(Sample.run([failed, waiting]))
                == link + ": <span class='partial-dump failed'>Partial dump, 1 item failed</span></li>\n")
        #expect(html(Sample.run([waiting])) == link + ": <span class='partial-dump'>Partial dump</span></li>\n")
        var run = Sample.run([done])
        run.isClosed = true
        #expect(html(run) == link + " (closed): <span class='done'>Dump complete</span></li>\n")
        run.isPrivate = true
        #expect(
            html(run)
                == "<li>2026-11-24 02:14:32 testwiki (private data): <span class='done'>Dump complete</span></li>\n")
    }

    @Test func goingOn() {
        #expect(
            html(Sample.three) == """
                <li>2026-11-24 02:14:32 <a href="testwiki/20261124">testwiki</a>: \
                <span class='in-progress'>Dump in progress</span></li>
                <ul><li class='in-progress'><span class='updates'>2026-11-24 02:14:32</span> \
                <span class='status'>in-progress</span> <span class='title'>The xmlstubsdump &amp; more</span>\
                <div class='progress'>12 pages</div>
                <ul><li class='file'>testwiki-20261124-stub-articles.xml.gz 10 KB (written) </li></ul></li></ul>
                """)
    }

    @Test func doneAndMissingFiles() {
        let names = PublishedNames(Sample.three, farm: farm)
        #expect(
            JobBlock.html(Sample.three.jobs[0], names: names) == """
                <li class='done'><span class='updates'>2026-11-24 02:14:32</span> <span class='status'>done</span> \
                <span class='title'>The pagetable &amp; more</span><ul><li class='file'>\
                <a href="/dumps/testwiki/20261124/testwiki-20261124-page.sql.gz">testwiki-20261124-page.sql.gz</a> \
                10 KB</li></ul></li>
                """)
        #expect(
            JobBlock.html(Sample.three.jobs[2], names: names).contains(
                "<ul><li class='missing'>testwiki-20261124-pages-articles.xml.bz2</li></ul>"))
    }

    @Test(arguments: ["failedwiki", "aborted-progress_2", "missing", "partialcomplete"])
    func comesBackWhateverTheName(_ name: String) throws {
        for run in [
            Sample.run([Sample.job("failed", .done)], wiki: name),
            Sample.run(Sample.three.jobs, wiki: name, isFinished: false),
        ] {
            let parsed = try #require(StatusLine.parse(html(run)))
            #expect(parsed.state == StatusLine.State(run))
            #expect(parsed.updated == Sample.time)
            #expect(!parsed.state.isAborted)
        }
        let line = StatusLine.aborted(
            wiki: Sample.wiki(name), date: Sample.date(), isPrivate: false, isClosed: false, updated: Sample.time)
        #expect(
            text(line)
                == "<li>2026-11-24 02:14:32 <a href=\"\(name)/20261124\">\(name)</a>: "
                + "<span class=\"failed\">dump aborted</span></li>\n")
        #expect(StatusLine.parse(text(line))?.state == .aborted)
    }

    @Test(arguments: [
        "", "\n", "<li>", "<li><span class='done", "<li><span class='done'>Dump", "missing status record",
    ])
    func cutFiles(_ text: String) { #expect(StatusLine.parse(text) == nil) }
}
