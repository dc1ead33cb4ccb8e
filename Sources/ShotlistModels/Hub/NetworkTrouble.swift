import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// What went wrong on the way to a host, in words.
enum NetworkTrouble {
    /// The end of a sentence.
    static func sentence(for error: any Error, host: String) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
                return "the name '\(host)' is not known here: there is no network, or no name server answers"
            }
            return
                "no connection to '\(host)' comes about: \(error.connectionErrors.first.map { reason($0.error) } ?? "")"
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN].contains(error.errnoCode):
            return "no connection to '\(host)' comes about: \(reason(error))"
        case let error as HTTPClientError where error == .connectTimeout:
            return "'\(host)' does not answer within 30 s"
        case let error as HTTPClientError where error == .readTimeout:
            return "'\(host)' sent nothing for 60 s"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return "'\(host)' closed the connection"
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            return "the proxy wants a user name and a password (http://USER:PASSWORD@HOST:PORT)"
        case let error as HTTPClientError:
            return "the connection to '\(host)' broke: \(error.shortDescription)"
        default:
            return "the connection to '\(host)' broke: \(reason(error))"
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if let error = error as? ChannelError, case .connectTimeout = error { return "it does not answer" }
        return String(describing: error)
    }
}
