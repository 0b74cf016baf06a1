import CLibrary
import SystemPackage

/// The descriptors that join the commands of a pipeline. Each is given away once.
struct PipelineEnds {
    private let inputs: [FileDescriptor]
    private let outputs: [FileDescriptor]

    /// Opens the input and a pipe between each pair of commands.
    /// - Parameter output: Where the last command writes; given away with the others, closed if this throws.
    init(_ pipeline: Pipeline, output: FileDescriptor) throws(DumpError) {
        var opened = [output]
        var (inputs, outputs): ([FileDescriptor], [FileDescriptor]) = ([], [])
        do throws(DumpError) {
            inputs.append(try Self.open(pipeline.input))
            opened.append(inputs[0])
            for _ in pipeline.commands.dropFirst() {
                let (readEnd, writeEnd) = try Self.pipe()
                opened += [readEnd, writeEnd]
                inputs.append(readEnd)
                outputs.append(writeEnd)
            }
        } catch {
            for end in opened { try? end.close() }
            throw error
        }
        outputs.append(output)
        (self.inputs, self.outputs) = (inputs, outputs)
    }

    /// What the command at an index reads from and writes to. It has to close both.
    func take(_ index: Int) -> (input: FileDescriptor, output: FileDescriptor) { (inputs[index], outputs[index]) }

    private static func open(_ input: Pipeline.Input) throws(DumpError) -> FileDescriptor {
        switch input {
        case .nothing: try open("/dev/null")
        case .file(let path): try open(path)
        case .secret(let secret): try pipe(holding: secret)
        case .descriptor(let descriptor): descriptor
        }
    }

    private static func open(_ path: FilePath) throws(DumpError) -> FileDescriptor {
        do throws(Errno) { return try FileSystem.open(path, .readOnly) } catch {
            throw DumpError(error, "cannot read \(path)")
        }
    }

    private static func pipe(holding secret: Secret) throws(DumpError) -> FileDescriptor {
        let bytes = Array(secret.revealed.utf8)
        // What is no longer than this fits into an empty pipe on every system, so that the write cannot block.
        guard bytes.count <= 4096 else {
            throw DumpError(.usage, "a secret input of \(bytes.count) bytes is longer than 4096")
        }
        let (readEnd, writeEnd) = try pipe()
        defer { try? writeEnd.close() }
        do throws(Errno) { try FileSystem.writeAll(bytes, to: writeEnd) } catch {
            try? readEnd.close()
            throw DumpError(error, "cannot write into a pipe")
        }
        return readEnd
    }

    static func pipe() throws(DumpError) -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        do {
            return try FileDescriptor.pipe()
        } catch {
            throw DumpError(Errno(from: error), "cannot make a pipe")
        }
    }
}
