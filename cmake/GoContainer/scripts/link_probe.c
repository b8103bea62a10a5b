int main(void) { return 0; } // compiled by nobody: see link_libraries.cmake
