import DumpSimulation
import Foundation
import MWBzUtils
import Synchronization
import SystemPackage
import Testing

@testable import WikiDumpKit

/// Holders of a wiki that take it from each other at every moment, on a simulated file server.
///
/// A process is paused before one of its calls. Another one takes the wiki over and does its work; within that, a third one may do
/// the same. Then those who slept go on. Every pair and many triples of moments are tried. No assumption is made about time.
@Suite struct FenceSimulationTests {
    /// The file server, and who changed what under which epoch.
    private final class Server: Sendable {
        struct History {
            /// The epochs that have begun, by the process.
            var epochs: [String: Int64] = [:]
            var visible: [TreeEntry] = []
            /// Who made the call before this one.
            var lastActor = ""
            var violations: [String] = []
        }

        let disk = SimulatedDisk { FileTime(seconds: 1_795_000_000) }
        let directories = WikiDirectories(
            wiki: Sample.wiki(), isPrivate: false, publicTree: "/public", privateTree: "/private",
            temporaryTree: "/temp")
        let history = Mutex(History())

        init(hasPublicFolder: Bool) throws {
            let calls = disk.calls(for: disk.startProcess(Self.traits))
            for folder in ["/public", "/private", "/temp"] + (hasPublicFolder ? ["/public/testwiki"] : []) {
                try calls.makeFolder(FilePath(folder), permissions: 0o755)
            }
        }

        static let traits = ProcessTraits(on: SimulatedMachine(name: "m", boot: 1))

        /// What others see of the wiki.
        private func visible() -> [TreeEntry] {
            disk.tree().filter { entry in
                let names = entry.path.split(separator: "/")
                return names.count > 2
                    && !names.contains { $0.hasPrefix(".work-") || $0.hasPrefix(".dead-") || $0.hasPrefix(".fence") }
            }
        }

        /// Looks at what the last call has changed, and whether its process still had the wiki.
        func observe(next actor: String) {
            let now = visible()
            history.withLock { history in
                defer { history.lastActor = actor }
                if now == history.visible { return }
                let changed = Set(now).symmetricDifference(history.visible).map(\.path).sorted()
                history.visible = now
                let (own, newest) = (history.epochs[history.lastActor] ?? -1, history.epochs.values.max() ?? 0)
                if own < newest {
                    history.violations.append(
                        "\(history.lastActor) changed \(changed) under \(own) when \(newest) had begun")
                }
            }
        }

        func begin(_ name: String, _ epoch: Int64) {
            history.withLock { history in
                if history.epochs.values.contains(epoch) { history.violations.append("two processes got \(epoch)") }
                history.epochs[name] = epoch
            }
        }

        func fail(_ text: String) { history.withLock { $0.violations.append(text) } }
    }

    private struct SimulatedWiki: Wiki {
        let name = Sample.wiki()
        let isPrivate = false
        let isClosed = false
        let directories: WikiDirectories
        let fileSystem: FileSystem
        var settings: WikiSettings { WikiSettings() }
        func contentSource() throws(DumpError) -> any ContentSource { throw DumpError(.source, "no content here") }
    }

    /// A fault that is put into the calls of a process.
    enum Fault: CaseIterable, Sendable {
        /// The rename of the marker counts as done even if its old name was gone.
        case noCompare
        /// A folder that was a work folder is left where it is.
        case noRemoval
        /// The folders of the public tree are not seen.
        case oneTreeNotSwept
    }

    /// Takes the wiki over and publishes a file in each tree.
    /// - Parameter pause: Is called before each call, with its number.
    private static func work(
        _ name: String, on server: Server, fault: Fault? = nil, pause: @escaping @Sendable (Int) -> Void
    ) {
        let count = Mutex(0)
        let process = server.disk.startProcess(Server.traits)
        var calls = server.disk.calls(for: process) { _ throws(Errno) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            server.observe(next: name)
            pause(number)
            server.observe(next: name)
        }
        if let fault { calls = faulty(calls, fault) }
        let wiki = SimulatedWiki(directories: server.directories, fileSystem: FileSystem(calls))
        do throws(DumpError) {
            let fence = try Fence(taking: wiki, above: 0)
            server.begin(name, fence.epoch)
            let run = server.directories.run(Sample.date())
            try fence.fileSystem.makeDirectory(run)
            try fence.fileSystem.write(Array("\(fence.epoch)".utf8), to: run.appending("\(name).txt"), durable: false)
            try fence.fileSystem.write(Array("\(fence.epoch)".utf8), to: run.appending("shared.txt"), durable: false)
            try fence.fileSystem.write(
                Array("\(fence.epoch)".utf8), to: server.directories.privateRoot.appending("shared.txt"), durable: false
            )
            try fence.fileSystem.remove(run.appending("\(name).txt"))
            fence.leave()
        } catch {
            if ![.lockLost, .lockHeld].contains(error.code) { server.fail("\(name): \(error)") }
        }
    }

    /// Lets the second process run before a call of the first, and the third before a call of the second.
    /// - Returns: What was found, and whether each of them got as far as its pause.
    private static func play(
        _ first: Int, _ second: Int, hasPublicFolder: Bool, fault: Fault? = nil
    ) throws -> (violations: [String], isReached: Bool, isSecondReached: Bool) {
        let server = try Server(hasPublicFolder: hasPublicFolder)
        let reached = Mutex((first: false, second: false))
        work("a", on: server, fault: fault) { number in
            guard number == first else { return }
            reached.withLock { $0.first = true }
            work("b", on: server, fault: fault) { number in
                guard number == second else { return }
                reached.withLock { $0.second = true }
                work("c", on: server, fault: fault) { _ in }
            }
        }
        server.observe(next: "")
        let (isReached, isSecondReached) = reached.withLock { $0 }
        return (server.history.withLock { $0.violations }, isReached, isSecondReached)
    }

    @Test(arguments: [true, false]) func nobodyActsAfterALaterOneHasBegun(hasPublicFolder: Bool) throws {
        var plays = 0
        var first = 0
        var isReached = true
        while isReached {
            first += 1
            var second = 0
            var isSecondReached = true
            while isSecondReached {
                second += first % 5 == 0 ? 2 : 13
                let result = try Self.play(first, second, hasPublicFolder: hasPublicFolder)
                #expect(result.violations == [], "paused before calls \(first) and \(second)")
                (isReached, isSecondReached) = (result.isReached, result.isSecondReached)
                plays += 1
            }
        }
        #expect(first > 40 && plays > 300, "\(first) calls, \(plays) plays")
    }

    @Test(arguments: Fault.allCases) func aFaultIsFound(fault: Fault) throws {
        var first = 0
        var isReached = true
        var found: [String] = []
        while isReached, found.isEmpty {
            first += 1
            var second = 0
            var isSecondReached = true
            while isSecondReached, found.isEmpty {
                second += 1
                let result = try Self.play(first, second, hasPublicFolder: true, fault: fault)
                // An error that a fault causes is not the violation that it must lead to.
                found = result.violations.filter { $0.contains(" changed ") || $0.hasPrefix("two processes") }
                (isReached, isSecondReached) = (result.isReached, result.isSecondReached)
            }
        }
        #expect(!found.isEmpty, "\(fault)")
    }
}

private func faulty(_ calls: some FileCalls, _ fault: FenceSimulationTests.Fault) -> any FileCalls {
    FaultyCalls(base: calls, fault: fault)
}

/// Calls with a fault in them.
private struct FaultyCalls<Base: FileCalls>: ForwardingCalls {
    let base: Base
    let fault: FenceSimulationTests.Fault

    func rename(_ path: FilePath, to other: FilePath) throws(Errno) {
        do throws(Errno) {
            if fault == .noRemoval, other.lastComponent?.string.hasPrefix(".dead-") == true { return }
            try base.rename(path, to: other)
        } catch {
            guard fault == .noCompare, other.removingLastComponent().lastComponent?.string == ".fence" else {
                throw error
            }
            try base.open(other, .create(0o600)).close()
        }
    }

    func names(in folder: FilePath) throws(Errno) -> [String] {
        let names = try base.names(in: folder)
        if fault == .noRemoval, folder.lastComponent?.string == "testwiki" {
            return names.filter { !$0.hasPrefix(".work-") }
        }
        guard fault == .oneTreeNotSwept, folder == "/public/testwiki" else { return names }
        return names.filter { !$0.hasPrefix(".work-") }
    }
}
