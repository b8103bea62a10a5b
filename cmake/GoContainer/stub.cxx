int main() { return 0; } // compiled by nobody: see link.cmake
