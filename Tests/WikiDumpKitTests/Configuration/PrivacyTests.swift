import SystemPackage
import Testing

@testable import WikiDumpKit

/// A slip in what decides over privacy stops the work; other slips are told.
@Suite struct PrivacyTests {
    private let fixture: FarmFixture

    init() throws {
        fixture = try FarmFixture()
        try fixture.write("p", "officewiki\n")
    }

    private func inspect(_ text: String, wikis: String = "enwiki\nofficewiki\n", argument: String = "my.conf") throws
        -> Configuration
    {
        try fixture.inspect(text, wikis: wikis, argument: argument)
    }

    /// What loads the configuration for use says, if it refuses it.
    private func refusal(argument: String = "my.conf") -> DumpError? {
        dumpError { _ = try fixture.loader.load(argument) }
    }

    @Test(arguments: [
        ("privatlist=p", "privatelist"), ("private_list=p", "privatelist"), ("Private-List=p", "privatelist"),
        ("privatelst=p", "privatelist"), ("privatewikis=p", "privatelist"), ("privatewikislist=p", "privatelist"),
        ("privlist=p", "privatelist"), ("privatel=p", "privatelist"), ("skipdblst=p", "skipdblist"),
        ("tablejob=t.yaml", "tablejobs"), ("[source]\nhiddendetail=withhold", "hiddendetails"),
        ("[source]\nhidden-details=mediawiki", "hiddendetails"), ("[output]\nprivat=/srv/p", "private"),
        ("[output]\nprivatedir=/srv/p", "private"), ("[misc]\nskipjob=pagetable", "skipjobs"),
        ("[misc]\nprivatlist=p", "privatelist"), ("[DEFAULT]\nprivatlist=p", "privatelist"),
        ("listprivate=p", "privatelist"),
        ("[enwiki]\nisprivate=1", "private"), ("[enwiki]\nhidendetails=withhold", "hiddendetails"),
        ("[someday]\nprivatlist=p", "privatelist"),
    ]) func aMisspeltOptionStops(text: String, meant: String) throws {
        let errors = try inspect(text + "\n").errors
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains("unknown option") == true, "\(errors)")
        #expect(errors.first?.contains("did you mean \(meant) in [") == true, "\(errors)")
        #expect(refusal()?.code == .configuration)
    }

    @Test(arguments: [
        ("[output]\nprivatelist=p", "belongs in [wiki]"), ("[wiki]\nprivate=p", "belongs in [output]"),
        ("[misc]\nhiddendetails=withhold", "belongs in [source]"),
        // This one cannot be said of one wiki.
        ("[officewiki]\nprivatelist=p", "belongs in [wiki]"), ("[enwiki]\nprivate=/srv/x", "belongs in [output]"),
        ("[source]\nskipjobs=pagetable", "belongs in [misc]"),
    ]) func aKnownOptionInAWrongSectionStops(text: String, part: String) throws {
        let errors = try inspect(text + "\n").errors
        #expect(errors.count == 1 && errors.first?.contains(part) == true, "\(errors)")
        #expect(refusal()?.code == .configuration)
    }

    @Test(arguments: [
        ("useragent=us\n  privatelist=p", true), ("useragent=us\n\n# ours\n\tprivatlist = p", true),
        ("[source]\nexternalstores=\n a host=db1\n hiddendetails: withhold", true),
        ("useragent=us\n  dir=/srv/w", false),
    ]) func anOptionThatContinuesAnotherIsTold(text: String, isSecret: Bool) throws {
        let configuration = try inspect(text + "\n")
        let told = configuration.problems.filter { $0.message.contains("below is indented") }
        #expect(told.map(\.severity) == [isSecret ? .error : .warning], "\(configuration.problems)")
        #expect((refusal() != nil) == isSecret)
        #expect(try inspect("[source]\nexternalstores=\n privat host=db1\n").errors == [])
    }

    @Test func twoSlipsInALongNameStop() throws {
        try fixture.write("q", "bordwki\n")
        let errors = try inspect("privatelist=q\n", wikis: "enwiki\nboardwiki\n").errors
        #expect(errors.count == 1 && errors.first?.contains("but boardwiki is") == true, "\(errors)")
    }

    @Test func aMisspeltNameOfAWikiToLeaveOutIsTold() throws {
        try fixture.write("s", "oficewiki\nabcwiki\n")
        let told = try inspect("skipdblist=s\n").notices.filter { $0.message.contains("is to be left out") }
        #expect(told.count == 1 && told.first?.message.contains("oficewiki") == true, "\(told)")
        #expect(told.first?.severity == .warning && told.first?.line == 1)
    }

    @Test(arguments: [
        ("[wikis]\nprivatelist=p", "[wiki]"), ("[Wiki]\nprivatelist=p", "[wiki]"), ("[wki]\nprivatlist=p", "[wiki]"),
        ("[enwikki]\nhiddendetails=withhold", "[enwiki]"), ("[office_wiki]\nskipjobs=pagetable", "[officewiki]"),
        ("[outputs]\nprivate=/srv/p", "[output]"), ("[default]\nprivatelist=p", "[DEFAULT]"),
    ]) func aMisspeltSectionStops(text: String, meant: String) throws {
        let errors = try inspect(text + "\n").errors
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains("did you mean \(meant)?") == true, "\(errors)")
        #expect(refusal()?.code == .configuration)
    }

    @Test(arguments: [
        "kep=1", "[wikis]\ndblist=all.dblist", "[enwikki]\nkeep=1", "[otherformats]\nmultistraem=1",
        "[reporting]\nadminmails=nomail", "[DEFAULT]\nbase=/srv/private\n[output]\nprivate=%(base)s/x\n[misc]\nodd=1",
        "[DEFAULT]\nprivatedir=/srv/private\n[output]\nprivate=%(privatedir)s\n[misc]\nodd=1",
        "[cleanup]\nkeep=1\nkeep=2",
    ]) func otherSlipsAreTold(text: String) throws {
        let configuration = try inspect(text + "\n")
        #expect(configuration.errors == [])
        let warnings = configuration.notices.filter { !$0.message.contains("where the content") }
        #expect(warnings.filter { $0.severity == .warning }.count == 1, "\(warnings)")
        #expect(try fixture.loader.load("my.conf").notices == configuration.notices)
    }

    @Test func whatIsSaidTwiceHoldsOnce() throws {
        var errors = try inspect("privatelist=p\nprivatelist=\n").errors
        #expect(
            errors.count == 1 && errors.first?.contains("again; the value in line 3 has no effect") == true, "\(errors)"
        )
        errors = try inspect("privatelist=p\n[wiki]\nprivatelist=p\n").errors
        #expect(errors == [], "the same twice is no contradiction")
        // Another file may say otherwise: that is what it is for.
        try fixture.write("etc.conf", "[wiki]\nprivatelist=p\n")
        #expect(try inspect("privatelist=\n").errors == [])
    }

    @Test func aListOfPrivateWikisWhereItHasNoEffect() throws {
        let section = "[staff]\nprivatelist=p\n"
        #expect(try inspect(section).errors.first?.contains("no other list is set") == true)
        #expect(try inspect("privatelist=p\n" + section).errors == [])
        let chosen = try inspect(section, argument: "my.conf:staff")
        #expect(chosen.errors == [] && chosen.isPrivate(Sample.wiki("officewiki")))
    }

    @Test(arguments: [
        "OfficeWiki", "office_wiki", "office-wiki", "officewki", "oficewiki", "office", "officewikis", "ofifcewiki",
        "officewiki2",
    ]) func aMisspeltNameInTheListStops(name: String) throws {
        try fixture.write("q", "\(name)\n")
        let configuration = try inspect("privatelist=q\n")
        let errors = configuration.errors
        #expect(
            errors.count == 1 && errors.first?.contains("but officewiki is, and would be public") == true, "\(errors)")
        #expect(errors.first?.hasPrefix("\(fixture.path)/q:1: ") == true)
        #expect(configuration.wikis.allSatisfy { configuration.isPrivate($0) })
        #expect(refusal()?.code == .configuration)
        // What is known to be another wiki is no slip.
        try fixture.write("s", "\(name)\n")
        #expect(try inspect("privatelist=q\nskipdblist=s\n").errors == [])
    }

    @Test func namesOfOtherFarmsAreANote() throws {
        try fixture.write("q", "officewiki\nboardwiki\nlabswiki\nofficewik\n")
        let configuration = try inspect("privatelist=q\n")
        #expect(configuration.errors == [], "the wiki that one resembles is private already")
        let notes = configuration.notices.filter { $0.severity == .note && $0.file?.hasSuffix("/q") == true }
        #expect(notes.count == 1, "\(notes)")
        #expect(notes.first?.message == "the private wiki boardwiki and 2 more is not in the list of wikis")
    }

    @Test(arguments: [
        "\u{FEFF}officewiki\n", "officewiki\r\n", "\u{FEFF}# the staff\r\n\r\n officewiki \r\n", "officewiki\r# end",
        "officewiki\nofficewiki\n",
    ]) func listsThatAnEditorSavedAreUnderstood(text: String) throws {
        try fixture.write("q", text)
        let configuration = try inspect("privatelist=q\n")
        #expect(configuration.errors == [])
        #expect(configuration.isPrivate(Sample.wiki("officewiki")) && !configuration.isPrivate(Sample.wiki("enwiki")))
    }

    @Test(arguments: [
        ("officewiki # the staff\n", "a line of its own"),
        ("%% private.dblist + fishbowl.dblist\n", "write out the names"),
        ("o\u{200B}fficewiki\n", "names are made of"),
    ]) func listsThatAreNotUnderstoodStop(text: String, part: String) throws {
        try fixture.write("q", text)
        let configuration = try inspect("privatelist=q\n")
        #expect(configuration.errors.count == 1 && configuration.errors[0].contains(part), "\(configuration.errors)")
        #expect(configuration.isPrivate(Sample.wiki("officewiki")))
    }

    @Test func aMisspeltFileOfAListStopsAndIsNamed() throws {
        try fixture.write("private.dblist", "officewiki\n")
        let errors = try inspect("privatelist=privat.dblist\n").errors
        #expect(errors.count == 1 && errors[0].contains("did you mean \(fixture.path)/private.dblist?"), "\(errors)")
    }

    @Test func anEmptyListIsANote() throws {
        try fixture.write("q", "# nobody\n")
        let configuration = try inspect("privatelist=q\n")
        #expect(configuration.errors == [] && !configuration.isPrivate(Sample.wiki("officewiki")))
        #expect(configuration.notices.contains { $0.message == "the list of private wikis names none" })
    }

    @Test func everyOptionOfPrivacyIsThere() {
        #expect(PrivacyOptions.all.count == 7)
        // No other option resembles one of them, or nobody could tell what a slip in it means.
        for option in KnownOptions.all where !PrivacyOptions.contains(option.key) {
            #expect(PrivacyOptions.meant(by: option.key, in: option.section) == nil, "\(option.key)")
        }
    }
}
