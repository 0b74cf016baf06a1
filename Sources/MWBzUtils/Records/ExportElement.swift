/// The elements of an export that mean something to its readers. Those of another name are passed over.
enum ExportElement: Sendable {
    case mediawiki, siteinfo, sitename, dbname, generator, base
    case page, title, ns, id, redirect
    case revision, parentid, timestamp, contributor, username, ip, minor, comment, origin, model, format, text, sha1
    case content, role
    case logitem
    case other

    /// - Parameter name: The bytes of the name without a prefix, as one number.
    init(_ name: UInt128) {
        self =
            switch name {
            case 0x6964: .id
            case 0x74_6578_74: .text
            case 0x72_6576_6973_696F_6E: .revision
            case 0x7061_7265_6E74_6964: .parentid
            case 0x74_696D_6573_7461_6D70: .timestamp
            case 0x63_6F6E_7472_6962_7574_6F72: .contributor
            case 0x7573_6572_6E61_6D65: .username
            case 0x6970: .ip
            case 0x6D_696E_6F72: .minor
            case 0x63_6F6D_6D65_6E74: .comment
            case 0x6F72_6967_696E: .origin
            case 0x6D_6F64_656C: .model
            case 0x666F_726D_6174: .format
            case 0x7368_6131: .sha1
            case 0x7061_6765: .page
            case 0x74_6974_6C65: .title
            case 0x6E73: .ns
            case 0x7265_6469_7265_6374: .redirect
            case 0x63_6F6E_7465_6E74: .content
            case 0x726F_6C65: .role
            case 0x6D_6564_6961_7769_6B69: .mediawiki
            case 0x7369_7465_696E_666F: .siteinfo
            case 0x7369_7465_6E61_6D65: .sitename
            case 0x6462_6E61_6D65: .dbname
            case 0x67_656E_6572_6174_6F72: .generator
            case 0x6261_7365: .base
            case 0x6C6F_6769_7465_6D: .logitem
            default: .other
            }
    }

    /// Whether its text is a value.
    var isValue: Bool {
        switch self {
        case .sitename, .dbname, .generator, .base, .title, .ns, .id, .parentid, .timestamp, .username, .ip, .comment,
            .origin, .model, .format, .text, .sha1, .role:
            true
        default: false
        }
    }
}
